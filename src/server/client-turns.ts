import { addressKey } from '../shared/address-key.js';
import { CodedError } from '../shared/coded-error.js';

/** For so long operations begin within a turn of the event loop; others wait for the next, and for what has arrived by then. */
const TURN_MS = 4;
/** Begun in a turn of those that had to wait, as long as there is time: more are not looked for. */
const MOST_IN_TURN = 32;
/** By turns operations begin and connections are taken in: a turn of the event loop takes in a single one, in their order. */
const PHASE_MS = 4;
/** Of one client: more than its connections can bring, unless it sends ahead of the answers. */
const MOST_WAITING = 2000;
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/** Who has used time since anybody had to wait. */
interface Share {
  usedMs: number;
  /** How many operations wait. */
  waiting: number;
}

interface Connection extends Share {
  works: { work: () => void; bytes: number }[];
}

interface Client extends Share {
  bytes: number;
  connections: Map<object, Connection>;
  /** The least time used of its connections that wait. */
  leastMs: number;
}

/**
 * When operations that have arrived begin: at once, while the server has time for all that arrive; when it has not, the
 * next is always one of the client that has used the least time, and of its connections the one that has. A thousand
 * requests of one client that are there at once would otherwise all be answered before the next request of another is
 * looked at, and by turns of one each, fifty cheap ones would wait for fifty that are dear.
 */
export class ClientTurns {
  /** By `addressKey`: those that wait, and those that have used more than who waits. */
  readonly #clients = new Map<string, Client>();
  /** The least time used of those that wait: where a newcomer begins. */
  #leastMs = 0;
  #current: Share[] = [];
  #currentSince = 0;
  #size = 0;
  /** Immediates that are set: one for each operation, so that all which it does without waiting is done before the next. */
  #set = 0;
  #turnEnd = 0;
  #isInTurn = false;
  #isBeginning = false;
  #hasConnected = false;
  /** What operations have taken since connections were taken in. */
  #workedMs = 0;
  #takingInSince = 0;

  /**
   * Calls `work` in the turn of the client, now or later.
   * @param connection any object that stands for it
   * @param bytes what is held in memory for it meanwhile
   * @returns false when too much of this client's waits already
   */
  enter(address: string, connection: object, bytes: number, work: () => void): boolean {
    if (this.#size === 0 && !this.#isBeginning && this.#hasTime()) {
      // Several that came in one packet would begin before the first of them has done anything.
      this.#isBeginning = true;
      queueMicrotask(this.#hasBegun);
      work();
      return true;
    }
    const client = this.#clientOf(addressKey(address));
    if (client.waiting >= MOST_WAITING || client.bytes + bytes > MOST_WAITING_BYTES) return false;
    const own = client.connections.get(connection) ?? { works: [], waiting: 0, usedMs: client.leastMs };
    client.connections.set(connection, own);
    own.works.push({ work, bytes });
    own.waiting++;
    client.waiting++;
    client.bytes += bytes;
    this.#size++;
    this.#setNext();
    return true;
  }

  /** Resolves in the client's turn. @throws RATE_LIMITED */
  next(address: string, connection: object, bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.enter(address, connection, bytes, resolve)) reject(tooManyWaiting());
    });
  }

  /** Somebody has connected: others may wait to be taken in behind. */
  readonly connected = (): void => {
    this.#hasConnected = true;
  };

  #hasTime(): boolean {
    const now = performance.now();
    if (!this.#isInTurn) {
      this.#isInTurn = true;
      this.#turnEnd = now + TURN_MS;
      setImmediate(this.#endTurn);
    }
    return now < this.#turnEnd;
  }

  readonly #hasBegun = (): void => {
    this.#isBeginning = false;
  };

  readonly #endTurn = (): void => {
    this.#isInTurn = false;
  };

  #setNext(): void {
    if (this.#set >= Math.min(this.#size, MOST_IN_TURN)) return;
    this.#set++;
    setImmediate(this.#beginNext);
  }

  readonly #beginNext = (): void => {
    this.#set--;
    this.#charge();
    if (this.#hasTime() && !this.#takesIn()) this.#begin();
    this.#setNext();
  };

  /** Whether this turn is left to connections: two hundred of one client would else stand for as many operations before others. */
  #takesIn(): boolean {
    const now = performance.now();
    if (this.#takingInSince === 0 && this.#workedMs >= PHASE_MS) this.#takingInSince = now;
    if (!this.#hasConnected || now - this.#takingInSince > PHASE_MS) {
      if (this.#takingInSince > 0) this.#workedMs = 0;
      this.#takingInSince = 0;
      return false;
    }
    this.#hasConnected = false;
    this.#turnEnd = 0;
    return true;
  }

  #charge(): void {
    if (this.#current.length > 0) {
      const used = performance.now() - this.#currentSince;
      for (const share of this.#current) share.usedMs += used;
      this.#workedMs += used;
    }
    this.#current = [];
    if (this.#size > 0) return;
    this.#clients.clear();
    this.#leastMs = 0;
  }

  #begin(): void {
    const client = leastUsed(this.#clients, this.#leastMs);
    const connection = client && leastUsed(client.connections, client.leastMs);
    const next = connection?.works.shift();
    if (!client || !connection || !next) return;
    this.#size--;
    client.waiting--;
    connection.waiting--;
    client.bytes -= next.bytes;
    this.#leastMs = client.usedMs;
    client.leastMs = connection.usedMs;
    this.#current = [client, connection];
    this.#currentSince = performance.now();
    next.work();
    // Nothing that waits is left to charge it.
    if (this.#size === 0) setImmediate(this.#chargeLast);
  }

  readonly #chargeLast = (): void => {
    if (this.#size === 0) this.#charge();
  };

  #clientOf(key: string): Client {
    let client = this.#clients.get(key);
    if (!client) {
      client = { waiting: 0, bytes: 0, usedMs: this.#leastMs, connections: new Map(), leastMs: 0 };
      this.#clients.set(key, client);
    }
    return client;
  }
}

/** Whoever waits and has used least; forgets those that do not wait and would begin where a newcomer does. */
function leastUsed<S extends Share>(shares: Map<unknown, S>, leastMs: number): S | undefined {
  let next: S | undefined;
  for (const [key, share] of shares) {
    if (share.waiting > 0) {
      if (!next || share.usedMs < next.usedMs) next = share;
    } else if (share.usedMs <= leastMs) shares.delete(key);
  }
  return next;
}

export function tooManyWaiting(): CodedError {
  const message = 'Too many of your requests wait to be answered: send the next when some of them are.';
  return new CodedError('RATE_LIMITED', message, { retryAfterSeconds: 1 });
}
