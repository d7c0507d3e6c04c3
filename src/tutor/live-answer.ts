/** An answer's text as it grows, from wherever it comes. */
export interface LiveAnswer {
  /** Whether nothing more will come from here: the row tells the rest. */
  readonly over: boolean;
  /** Whether text may be shown now. */
  readonly mayShow: boolean;
  /** UTF-16 code units that have come. */
  readonly length: number;
  /** The text from a position on. */
  since(position: number): string;
  /** Calls back with every change; gives what takes that back. */
  onChange(listener: () => void): () => void;
}
