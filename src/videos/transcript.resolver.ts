import { Arg, Ctx, FieldResolver, Float, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { LessonFields } from '../courses/lesson.queries.js';
import { Lesson } from '../courses/lesson.type.js';
import { badInput } from '../shared/coded-error.js';
import { Reads } from '../shared/reading.js';
import type { RequestContext } from '../shared/request-context.js';
import { renderVtt } from './captions.js';
import { cuesInWindow } from './cue-window.queries.js';
import { captionsUrlOf } from './playback/playback-url.policy.js';
import { setTranscript } from './set-transcript.service.js';
import { cuesByRevision, durationOf, type TranscriptFields, transcriptsOf } from './transcript.queries.js';
import { Cue, SetTranscriptInput, Transcript } from './transcript.type.js';

const MOST_CUES = 1000;

@Resolver(() => Transcript)
export class TranscriptResolver {
  @Mutation(() => Transcript, {
    description:
      'Loads a caption file; the lesson’s transcript in that language is replaced at once. Its instructor only: ' +
      '`FORBIDDEN`, `NOT_FOUND`; `BAD_USER_INPUT` on `language`, or on `content` with the `line` that cannot be read.',
  })
  setTranscript(@Arg('input') input: SetTranscriptInput, @Ctx() ctx: RequestContext) {
    return setTranscript(ctx, input);
  }

  @FieldResolver(() => Float, { description: 'The latest end of a cue, in seconds.' })
  @Reads(durationOf)
  durationSeconds(@Root() { durationMs }: TranscriptFields): number {
    return durationOf.of(durationMs);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Where a `<track>` can load it as WebVTT. The address is signed and ends 6 to 12 hours from now.',
  })
  @Reads(captionsUrlOf)
  captionsUrl(@Root() transcript: TranscriptFields, @Ctx() ctx: RequestContext): string | null {
    return captionsUrlOf.of(ctx, transcript);
  }

  @FieldResolver(() => String, { description: 'The whole transcript as WebVTT.' })
  async vtt(@Root() { revisionId }: TranscriptFields, @Ctx() ctx: RequestContext): Promise<string> {
    return renderVtt((await cuesByRevision(ctx, revisionId)) ?? []);
  }

  @FieldResolver(() => [Cue], {
    description: 'The cues that overlap a window of the video, by time. `BAD_USER_INPUT` on `first`.',
  })
  async cues(
    @Root() { revisionId }: TranscriptFields,
    @Arg('from', () => Float, { nullable: true, description: 'Seconds; the start when absent.' }) from: number | null,
    @Arg('to', () => Float, { nullable: true, description: 'Seconds, not included; the end when absent.' })
    to: number | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100, description: 'At most so many: 1 to 1,000.' })
    first: number | null,
    @Ctx() ctx: RequestContext,
  ): Promise<Cue[]> {
    const limit = first ?? 100;
    if (limit < 1 || limit > MOST_CUES) throw badInput('first', `Ask for 1 to ${MOST_CUES} cues at a time.`);
    const toMs = to == null ? Number.MAX_SAFE_INTEGER : wholeMs(to);
    const window = { revisionId, fromMs: wholeMs(from ?? 0), toMs, limit };
    const cues = await cuesInWindow(ctx, window);
    return (cues ?? []).map((cue) => ({
      startSeconds: cue.startMs / 1000,
      endSeconds: cue.endMs / 1000,
      text: cue.text,
    }));
  }
}

/** Within what a database holds. */
function wholeMs(seconds: number): number {
  return Math.min(Math.max(Math.round(seconds * 1000), 0), Number.MAX_SAFE_INTEGER);
}

/** What `videos` adds to a lesson. */
@Resolver(() => Lesson)
export class LessonTranscriptsResolver {
  @FieldResolver(() => [Transcript], { description: 'What is said in it, in each language; the first loaded first.' })
  @Reads(transcriptsOf)
  transcripts(@Root() { id }: LessonFields, @Ctx() ctx: RequestContext) {
    return transcriptsOf.of(ctx, id);
  }
}
