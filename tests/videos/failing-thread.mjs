// The real thread, but for three words: "forever" never ends and says when it begins, "crash" ends the thread, "broken"
// fails in the database.
import { parentPort } from 'node:worker_threads';

const { on } = parentPort;
parentPort.on = (name, listener) =>
  on.call(parentPort, name, (asked) => {
    const words = JSON.stringify(asked);
    if (words.includes('forever')) {
      new BroadcastChannel('stuck search').postMessage('');
      for (;;);
    }
    if (words.includes('crash')) process.exit(1);
    if (words.includes('broken')) return parentPort.postMessage({ error: new Error('no such table: cues_fts') });
    return listener(asked);
  });
await import('../../dist/db/moments/thread.js');
