/**
 * Tells the other processes of a school what has just happened, so that they hear of it sooner than the database would
 * tell them. A message may be lost and nothing depends on one: whoever listens also looks into the database, now and then.
 */
export interface Bus {
  /** Whether messages pass at the moment; false without other processes. */
  readonly isUp: boolean;
  /** Resolves to the number of processes that were told; 0 when the bus is down. Never rejects, and waits for 0.5 s at most. */
  publish(topic: string, message: object): Promise<number>;
  /** Calls `hear` with each message on a topic, also those of this process, until what it gives is called. */
  listen(topic: string, hear: (message: unknown) => void): () => void;
  /** Calls back when messages pass again after some were lost; gives what takes that back. */
  onReturn(listener: () => void): () => void;
}

/** Of a process that is alone, or that has no Redis: others look into the database more often instead. */
export const noBus: Bus = {
  isUp: false,
  publish: async () => 0,
  listen: () => () => {},
  onReturn: () => () => {},
};
