import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { lessonById } from '../courses/lesson.queries.js';
import { Lesson } from '../courses/lesson.type.js';
import { AIUsageLog } from '../credits/ai-usage-log.type.js';
import { usageByChat } from '../credits/credit.queries.js';
import { ConnectionArgs } from '../shared/page.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { type ChatFields, findHistory, findOwnChat } from './chat.queries.js';
import { ChatMessage, ChatMessageConnection, Citation } from './chat.type.js';

@Resolver(() => ChatMessage)
export class ChatResolver {
  @Query(() => ChatMessageConnection, { description: 'What the viewer has asked about a lesson, oldest first.' })
  chatHistory(
    @Arg('lessonId', () => ID) lessonId: string,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: RequestContext,
  ) {
    return findHistory(ctx, requireViewer(ctx).id, lessonId, args);
  }

  @Query(() => ChatMessage, { nullable: true, description: 'A message of the viewer’s; null when there is none.' })
  chatMessage(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext) {
    return findOwnChat(ctx, requireViewer(ctx).id, id);
  }

  @FieldResolver(() => Lesson, { description: 'The lesson that it is about.' })
  lesson(@Root() chat: ChatFields, @Ctx() ctx: RequestContext) {
    return lessonById(ctx, chat.lessonId);
  }

  @FieldResolver(() => [Citation], {
    description: 'The marks of the answer that the lecture supports, in order. Empty while it is being written.',
  })
  citations(@Root() chat: ChatFields): Citation[] {
    return JSON.parse(chat.citations);
  }

  @FieldResolver(() => AIUsageLog, {
    nullable: true,
    description: 'What the answer took; null while it is being written and where no model was reached.',
  })
  usage(@Root() chat: ChatFields, @Ctx() ctx: RequestContext) {
    return usageByChat(ctx, chat.id);
  }
}
