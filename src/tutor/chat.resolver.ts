import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { lessonOf } from '../courses/lesson.queries.js';
import { Lesson } from '../courses/lesson.type.js';
import { AIUsageLog } from '../credits/ai-usage-log.type.js';
import { usageOfChat } from '../credits/credit.queries.js';
import { ConnectionArgs } from '../shared/page.js';
import { Reads } from '../shared/reading.js';
import type { RequestContext } from '../shared/request-context.js';
import { type ChatFields, citationsIn, history, ownChat } from './chat.queries.js';
import { ChatMessage, ChatMessageConnection, Citation } from './chat.type.js';

@Resolver(() => ChatMessage)
export class ChatResolver {
  @Query(() => ChatMessageConnection, { description: 'What the viewer has asked about a lesson, oldest first.' })
  @Reads(history)
  chatHistory(
    @Arg('lessonId', () => ID) lessonId: string,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: RequestContext,
  ) {
    return history.page(ctx, { ...args, lessonId });
  }

  @Query(() => ChatMessage, { nullable: true, description: 'A message of the viewer’s; null when there is none.' })
  @Reads(ownChat)
  chatMessage(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext) {
    return ownChat.find(ctx, id);
  }

  @FieldResolver(() => Lesson, { description: 'The lesson that it is about.' })
  @Reads(lessonOf)
  lesson(@Root() { lessonId }: ChatFields, @Ctx() ctx: RequestContext) {
    return lessonOf.of(ctx, lessonId);
  }

  @FieldResolver(() => [Citation], {
    description: 'The marks of the answer that the lecture supports, in order. Empty while it is being written.',
  })
  @Reads(citationsIn)
  citations(@Root() { citations }: ChatFields): Citation[] {
    return citationsIn.of(citations);
  }

  @FieldResolver(() => AIUsageLog, {
    nullable: true,
    description: 'What the answer took; null while it is being written and where no model was reached.',
  })
  @Reads(usageOfChat)
  usage(@Root() { id }: ChatFields, @Ctx() ctx: RequestContext) {
    return usageOfChat.of(ctx, id);
  }
}
