import type { PostgresReads } from './reads.js';

/**
 * The count of changes to what the public may read, which triggers keep. One question to the database serves all
 * requests that came before it was sent: each sees what was committed before it came, on whatever node.
 */
export function catalogueVersion(reads: PostgresReads): () => Promise<number> {
  let running: Promise<unknown> | null = null;
  let next: Promise<number> | null = null;

  async function ask(after: Promise<unknown> | null): Promise<number> {
    await after?.catch(() => {});
    const asked = reads.run<{ version: number }>({ text: 'select version from catalogue_version', prepared: true });
    running = asked;
    next = null;
    const { rows } = await asked;
    if (running === asked) running = null;
    return rows[0]?.version ?? 0;
  }

  return () => {
    next ??= ask(running);
    return next;
  };
}
