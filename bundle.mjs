// `npm run build`, second half: puts what `tsc` wrote and the libraries that it imports into few files, which start in a
// third of the time of two thousand: docs/adr/0018. The other files of dist/ stay, for commands and tests.
import { readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { rolldown } from 'rolldown';

/** Loaded from node_modules as they are: native code, a page of 9 MB that is rarely opened, what libraries may go without. */
const NOT_BUNDLED = ['argon2', 'better-sqlite3', '@graphql-yoga/render-graphiql', 'class-validator', 'tinyglobby'];

/** With these Node loads its fetch, which the server never calls: 15 MB, and a tenth of the start. */
const OF_FETCH = ['WebSocket', 'CloseEvent', 'MessageEvent'];

/** An ES import of a module of Node's reads all of its exports. Of `node:http` it would be too much. */
const httpWithoutFetch = {
  name: 'http-without-fetch',
  resolveId: { filter: { id: /^(node:)?http$/ }, handler: () => '\0http' },
  load: {
    filter: { id: /^\0http$/ },
    handler: () => {
      const names = Object.keys(http).filter((name) => !OF_FETCH.includes(name) && name !== 'default');
      return `const http = process.getBuiltinModule('node:http');
export default http;
export const { ${names.join(', ')} } = http;`;
    },
  },
};

/** Its ES modules instead of its CommonJS, and one copy whoever asks: 7 MB less. */
const graphqlOnce = {
  name: 'graphql-once',
  resolveId: {
    filter: { id: /^graphql(\/|$)/ },
    handler: (id) => {
      const file = id === 'graphql' ? 'graphql/index.mjs' : id.replace(/\.js$/, '.mjs');
      return join(import.meta.dirname, 'node_modules', file);
    },
  },
};

/** Maps to the TypeScript, without the libraries: what is read for the log is a twentieth of the whole. */
const mapsOfOurs = {
  name: 'maps-of-ours',
  load: {
    filter: { id: /^(?!.*node_modules).*\.js$/ },
    handler: (id) => ({ code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') }),
  },
  generateBundle(_options, files) {
    for (const file of Object.values(files)) if (file.fileName.endsWith('.map')) file.source = ofOurs(file.source);
  },
};

/** What is ASCII throughout lies in memory with a byte for each character instead of two: 7 MB less. */
const inAscii = {
  name: 'in-ascii',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) if (file.type === 'chunk') file.code = escaped(file.code);
  },
};

rmSync('dist/chunks', { recursive: true, force: true });
const bundle = await rolldown({
  input: 'dist/main.js',
  platform: 'node',
  // Of graphql-js, whose checks for a second copy of itself take a twentieth of a validation: there is but one here.
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  external: NOT_BUNDLED,
  plugins: [httpWithoutFetch, graphqlOnce, mapsOfOurs, inAscii],
  onLog: (_level, log) => {
    throw new Error(log.message);
  },
});
await bundle.write({
  dir: 'dist',
  // As deep as the modules that are in them: some find their files from where they lie.
  chunkFileNames: 'chunks/[name]-[hash].js',
  // A class is a type of the API by its name.
  keepNames: true,
  comments: false,
  sourcemap: true,
});
await bundle.close();

function escaped(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function ofOurs(text) {
  const map = JSON.parse(text);
  const isOurs = map.sources.map((source) => /^(\.\.\/)+src\//.test(source));
  let before = false;
  const lines = decode(map.mappings).map((segments) => {
    const kept = [];
    for (const segment of segments) {
      const ours = isOurs[segment[1]] ?? false;
      // A place without a source is where ours ends.
      if (ours) kept.push(segment.slice(0, 4));
      else if (before) kept.push(segment.slice(0, 1));
      before = ours;
    }
    return kept;
  });
  const sources = map.sources.map((source, at) => (isOurs[at] ? source : null));
  return JSON.stringify({ version: 3, sources, names: [], mappings: encode(lines) });
}
