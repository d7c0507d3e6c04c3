/**
 * What waits, by client: clients take turns, each with its oldest. When the queue is full, whoever has most in it gives
 * way, so that no client can keep another out.
 */
export class FairQueue<T> {
  /** In the order of their turns. */
  readonly #clients = new Map<string, T[]>();
  #size = 0;

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#size;
  }

  /** @returns what has to give way: the newest of the client that has most, which may be this one */
  add(client: string, item: T): T | null {
    const own = this.#clients.get(client);
    if (own) own.push(item);
    else this.#clients.set(client, [item]);
    this.#size++;
    return this.#size > this.most ? this.#takeFromLargest(client) : null;
  }

  /** The oldest of the client whose turn it is. */
  next(): T | undefined {
    for (const [client, items] of this.#clients) {
      const item = items.shift();
      this.#clients.delete(client);
      if (items.length > 0) this.#clients.set(client, items);
      this.#size--;
      return item;
    }
    return undefined;
  }

  delete(item: T): void {
    for (const [client, items] of this.#clients) {
      const index = items.indexOf(item);
      if (index < 0) continue;
      items.splice(index, 1);
      this.#size--;
      if (items.length === 0) this.#clients.delete(client);
      return;
    }
  }

  [Symbol.iterator](): Iterator<T> {
    return [...this.#clients.values()].flat()[Symbol.iterator]();
  }

  /** Of those that have as many, the one that has come last. */
  #takeFromLargest(newcomer: string): T | null {
    let largest = newcomer;
    let most = this.#clients.get(newcomer)?.length ?? 0;
    for (const [client, { length }] of this.#clients) {
      if (length <= most) continue;
      largest = client;
      most = length;
    }
    const items = this.#clients.get(largest) ?? [];
    const item = items.pop() ?? null;
    if (items.length === 0) this.#clients.delete(largest);
    if (item !== null) this.#size--;
    return item;
  }
}
