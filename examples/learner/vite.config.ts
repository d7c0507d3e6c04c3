import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

const SERVER = 'http://127.0.0.1:4000';
const TEXTS = /\.(?:js|css|html|svg)$/;

/** Beside each text the same compressed, so that the server sends what is there and compresses nothing. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      const folder = join(import.meta.dirname, 'dist');
      for (const { parentPath, name } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!TEXTS.test(name)) continue;
        const file = join(parentPath, name);
        const text = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
        writeFileSync(`${file}.br`, brotliCompressSync(text, { params }));
      }
    },
  };
}

export default defineConfig({
  plugins: [compressed()],
  // RxJS for the browsers of today: a third smaller.
  resolve: { conditions: ['es2015', ...defaultClientConditions] },
  // The page's policy allows no scripts or fonts that are written into it.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: {
    proxy: Object.fromEntries(['/graphql', '/media', '/uploads'].map((path) => [path, { target: SERVER, ws: true }])),
  },
});
