// What streaming an answer costs: a school that asks, a model that speaks, Lectern between, and the floor beside it.
import { join } from 'node:path';
import { measureFirstToken } from './first-token.mjs';
import { measureLoads } from './loads.mjs';
import { settleIn } from './people.mjs';
import { residentMib, SERVER_CORE } from './proc.mjs';
import { startProcess } from './processes.mjs';
import { measureReady } from './ready.mjs';
import { startServer } from './server.mjs';
import { direct, overSocket } from './targets.mjs';

const AT_REST_MS = 3000;

export async function measureStreams(folder, model, profile) {
  const ready = await measureReady(folder, model);

  const server = await startServer(join(folder, 'scenario'), model, profile);
  await new Promise((resolve) => setTimeout(resolve, AT_REST_MS));
  const memory = { atRestMib: residentMib(server.pid) };
  const floor = await startProcess('floor', SERVER_CORE, 'floor.mjs', { MODEL_PORT: String(model.port) });

  const school = await settleIn(server.port);
  const targets = {
    model: direct(model),
    floor: overSocket('floor', floor),
    lectern: overSocket('lectern', server, school.students),
  };
  const firstToken = await measureFirstToken(model, targets, school.lessons.main);
  const loads = await measureLoads(model, targets, school.lessons);
  Object.assign(memory, { afterMib: residentMib(server.pid), peakMib: residentMib(server.pid, 'VmHWM') });
  await server.stop();
  await floor.stop();
  return { ready, memory, firstToken, loads };
}
