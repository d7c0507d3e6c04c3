import { Arg, Ctx, ID, Int, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import { badInput, CodedError } from '../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { AnswerFeed, type TutorEventRow } from './answer-feed.js';
import { ask } from './ask.service.js';
import { AskTutorInput } from './ask-tutor.input.js';
import { cancelAnswer } from './cancel.service.js';
import { type ChatFields, chatById, chatByRequest, ownChat } from './chat.queries.js';
import { ChatMessage, TutorEvent } from './chat.type.js';

const ASK_CODES =
  '`UNAUTHENTICATED`, `NOT_FOUND`, `BAD_USER_INPUT`, `BAD_TIMESTAMP`, `CONFLICT`, `RATE_LIMITED`, `TUTOR_BUSY`, ' +
  '`TUTOR_UNAVAILABLE`, `INSUFFICIENT_CREDITS`.';

const AFTER = 'Send only what follows this many UTF-16 code units of `response`: the length of the text you have.';

@Resolver()
export class TutorResolver {
  @Mutation(() => ChatMessage, {
    description: `Asks about a lesson, and gives the message at once: attach to its answer with \`tutorTokens\`. ${ASK_CODES}`,
  })
  async askTutor(
    @Arg('input') input: AskTutorInput,
    @Arg('wait', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Gives the message when its answer has ended, however it ended.',
    })
    wait: boolean | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ChatFields> {
    const chatId = await ask(ctx, input);
    return (wait && (await ended(ctx, chatId))) || ((await chatById(ctx, chatId)) as ChatFields);
  }

  @Mutation(() => ChatMessage, {
    description:
      'Stops an answer, named by exactly one of the two, and gives it as it ended; one that has ended is given as it ' +
      'is. `NOT_FOUND`, `BAD_USER_INPUT`.',
  })
  cancelTutor(
    @Arg('chatId', () => ID, { nullable: true }) chatId: string | null,
    @Arg('clientRequestId', () => String, { nullable: true }) clientRequestId: string | null,
    @Ctx() ctx: RequestContext,
  ): Promise<ChatFields> {
    return cancelAnswer(ctx, { chatId, clientRequestId });
  }

  @Subscription(() => TutorEvent, {
    description:
      'Asks and streams in one. Sent again with the same `clientRequestId` it attaches again, so a client may simply ' +
      `retry it; with \`after\` above 0 it never asks anew (\`NOT_FOUND\`). ${ASK_CODES}`,
    subscribe: ({ args, context }) => askAndFollow(context as RequestContext, args as unknown as StreamArgs),
  })
  askTutorStream(
    @Root() event: TutorEventRow,
    @Arg('input') _input: AskTutorInput,
    @Arg('after', () => Int, { nullable: true, defaultValue: 0, description: AFTER }) _after: number | null,
  ): TutorEventRow {
    return event;
  }

  @Subscription(() => TutorEvent, {
    description:
      'Attaches to an answer of the viewer’s, running or ended: what it holds from `after` on, then what comes, then ' +
      'one terminal event. `UNAUTHENTICATED`, `NOT_FOUND`, `BAD_USER_INPUT` on `after`.',
    subscribe: ({ args, context }) =>
      attach(context as RequestContext, args as unknown as { chatId: string; after: number | null }),
  })
  tutorTokens(
    @Root() event: TutorEventRow,
    @Arg('chatId', () => ID) _chatId: string,
    @Arg('after', () => Int, { nullable: true, defaultValue: 0, description: AFTER }) _after: number | null,
  ): TutorEventRow {
    return event;
  }
}

interface StreamArgs {
  input: AskTutorInput;
  after: number | null;
}

async function askAndFollow(ctx: RequestContext, { input, after }: StreamArgs) {
  const viewer = requireViewer(ctx);
  const from = checkAfter(after);
  if (input.clientRequestId == null) {
    throw badInput('clientRequestId', 'askTutorStream needs a clientRequestId: a UUID, new for each question.');
  }
  if (from > 0 && !(await chatByRequest(ctx, viewer.id, input.clientRequestId))) {
    throw new CodedError('NOT_FOUND', 'No question was asked with this clientRequestId: send it with after 0 to ask.');
  }
  return new AnswerFeed(ctx, await ask(ctx, input), from);
}

async function attach(ctx: RequestContext, { chatId, after }: { chatId: string; after: number | null }) {
  requireViewer(ctx);
  const from = checkAfter(after);
  const chat = await ownChat.find(ctx, chatId);
  if (!chat) throw new CodedError('NOT_FOUND', 'You have asked no such question.');
  return new AnswerFeed(ctx, chat.id, from);
}

async function ended(ctx: RequestContext, chatId: number): Promise<ChatFields | undefined> {
  const event = await new AnswerFeed(ctx, chatId, 0).readTo({ ready: () => true, take() {} });
  return event?.chat;
}

function checkAfter(after: number | null): number {
  if ((after ?? 0) >= 0) return after ?? 0;
  throw badInput('after', 'Send the length of the text that you have, 0 or more.');
}
