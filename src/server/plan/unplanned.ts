/** Thrown where a plan cannot express an operation: the ordinary execution answers it instead. */
export class Unplanned extends Error {}
