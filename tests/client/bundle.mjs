// Prints the client, with all that it imports, as one file: an ES module, or a script that names it `client`. A process of
// its own, since Jest's modules have other functions than those that rolldown knows.
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const [format = 'es'] = process.argv.slice(2);
const bundle = await rolldown({
  input: join(import.meta.dirname, '../../client/dist/index.js'),
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'] },
  onLog: (_level, log) => {
    // A module of Node's is not to be found here.
    throw new Error(log.message);
  },
});
const { output } = await bundle.generate({ format, name: 'client', minify: true });
if (output.length !== 1) throw new Error(`expected one file, got ${output.map(({ fileName }) => fileName).join(', ')}`);
process.stdout.write(output[0].code);
