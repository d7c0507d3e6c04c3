// From the start of the process to the first 200 of /health.
import { join } from 'node:path';
import { spread } from './figures.mjs';
import { startServer } from './server.mjs';

const STARTS = 5;

export async function measureReady(folder, model) {
  const [empty, filled] = [[], []];
  const figures = (all) => ({
    wallMs: spread(all.map(({ wallMs }) => wallMs)),
    cpuMs: spread(all.map(({ cpuMs }) => cpuMs)),
  });
  for (let start = 0; start < STARTS; start++) {
    for (const all of [empty, filled]) {
      const server = await startServer(join(folder, `ready-${start}`), model);
      all.push(server.ready);
      await server.stop();
    }
  }
  return { empty: figures(empty), filled: figures(filled) };
}
