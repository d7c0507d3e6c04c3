/** A broken promise of the server's, with what was seen. */
export class Violation extends Error {
  constructor(message, evidence) {
    super(message);
    this.evidence = evidence;
  }
}
