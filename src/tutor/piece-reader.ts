import { TutorToken } from './chat.type.js';

/** Takes the pieces of an answer as they come, without a promise for each. */
export interface PieceReader {
  /** Whether it takes a piece now; if not, it calls `again` when it would. */
  ready(again: () => void): boolean;
  take(offset: number, text: string): void;
  /** Whether it wants no more. */
  readonly full?: boolean;
}

/** Reads a single piece, as the event that it is. */
export class OnePiece implements PieceReader {
  piece: TutorToken | null = null;

  constructor(private readonly chatId: number) {}

  get full(): boolean {
    return this.piece !== null;
  }

  ready(): boolean {
    return this.piece === null;
  }

  take(offset: number, text: string): void {
    this.piece = new TutorToken(this.chatId, offset, text);
  }
}
