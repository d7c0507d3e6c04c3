import { createUnionType, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ErrorCode } from '../shared/coded-error.js';
import { DateTime } from '../shared/date-time.js';
import { connectionOf } from '../shared/page.js';
import type { ChatFields } from './chat.queries.js';
import type { Citation as VerifiedCitation } from './citations.js';

export enum ChatStatus {
  STREAMING = 'STREAMING',
  COMPLETED = 'COMPLETED',
  CANCELLED = 'CANCELLED',
  FAILED = 'FAILED',
  INTERRUPTED = 'INTERRUPTED',
}

registerEnumType(ChatStatus, {
  name: 'ChatStatus',
  description: 'How far an answer is.',
  valuesConfig: {
    STREAMING: { description: 'It is being written: attach with `tutorTokens`.' },
    COMPLETED: { description: 'It is whole, or was cut where `truncated` says so.' },
    CANCELLED: { description: 'The asker stopped it, or its lesson was deleted; the text so far stays.' },
    FAILED: { description: 'The model refused or failed: see `failureCode`.' },
    INTERRUPTED: { description: 'The server process that wrote it ended.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'A moment of a lecture that supports a statement of an answer. Checked by the server.',
})
export class Citation implements VerifiedCitation {
  @Field(() => ID, { description: 'The lesson of the moment: the one asked about, or another of its course.' })
  lessonId!: number;

  @Field({ description: 'The moment as the answer names it: `mm:ss` or `h:mm:ss`.' })
  timestamp!: string;

  @Field(() => Float, { description: 'Where the quoted words begin, in seconds: jump here.' })
  startSeconds!: number;

  @Field(() => Float, { description: 'Where they end, in seconds.' })
  endSeconds!: number;

  @Field({ description: 'The words of the transcript, as they stood when the answer was given.' })
  quote!: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A question about a lesson and its answer. Seen by the asker alone.',
})
export class ChatMessage
  implements Omit<ChatFields, 'userId' | 'lessonId' | 'status' | 'citations' | 'failureCode' | 'truncated'>
{
  @Field(() => ID, { description: 'Id of the message.' })
  id!: number;

  @Field({ description: 'What was asked.' })
  message!: string;

  @Field({ description: 'The answer so far. It may hold marks like `[12:40]`; those that hold are in `citations`.' })
  response!: string;

  @Field(() => String, { nullable: true, description: 'The moment that was asked about, as it was sent.' })
  timestampVideo!: string | null;

  @Field(() => Int, { nullable: true, description: 'The same moment in seconds.' })
  timestampSeconds!: number | null;

  @Field(() => ChatStatus, { description: 'How far the answer is.' })
  status!: ChatStatus;

  @Field(() => Int, { description: 'What the answer cost. 0 while it is being written.' })
  creditsCharged!: number;

  @Field(() => ErrorCode, { nullable: true, description: 'Why there is no whole answer: `TUTOR_…`.' })
  failureCode!: ErrorCode | null;

  @Field(() => String, { nullable: true, description: 'The same as a sentence.' })
  failureMessage!: string | null;

  @Field(() => Boolean, { description: 'Whether the answer was cut for its length.' })
  truncated!: boolean;

  @Field(() => DateTime, { description: 'When it was asked.' })
  createdAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the answer ended.' })
  completedAt!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A page of a list of `ChatMessage`.' })
export class ChatMessageConnection extends connectionOf('ChatMessage', () => ChatMessage) {}

@ObjectType({ simpleResolvers: true, description: 'A piece of an answer.' })
export class TutorToken {
  @Field(() => ID, { description: 'The message that is answered.' })
  chatId: number;

  @Field(() => Int, { description: 'Where the piece begins in `response`, in UTF-16 code units.' })
  offset: number;

  @Field({ description: 'Pieces in the order of their offsets equal `response`.' })
  text: string;

  constructor(chatId: number, offset: number, text: string) {
    this.chatId = chatId;
    this.offset = offset;
    this.text = text;
  }
}

@ObjectType({ simpleResolvers: true, description: 'The last event of an answer that was `COMPLETED` or `CANCELLED`.' })
export class TutorDone {
  @Field(() => ChatMessage, { description: 'The message as it is stored now.' })
  chat: ChatFields;

  constructor(chat: ChatFields) {
    this.chat = chat;
  }
}

@ObjectType({ simpleResolvers: true, description: 'The last event of an answer that `FAILED` or was `INTERRUPTED`.' })
export class TutorFailed {
  @Field(() => ErrorCode, { description: '`TUTOR_UNAVAILABLE`, `TUTOR_REFUSED` or `TUTOR_INTERRUPTED`.' })
  code: ErrorCode;

  @Field({ description: 'A sentence for the student.' })
  message: string;

  @Field(() => ChatMessage, { description: 'The message as it is stored now: cut what was shown to its `response`.' })
  chat: ChatFields;

  constructor(chat: ChatFields) {
    this.code = chat.failureCode as ErrorCode;
    this.message = chat.failureMessage ?? '';
    this.chat = chat;
  }
}

export const TutorEvent = createUnionType({
  name: 'TutorEvent',
  description: 'What a subscriber to an answer gets: pieces of text, then exactly one terminal event.',
  types: () => [TutorToken, TutorDone, TutorFailed] as const,
});
