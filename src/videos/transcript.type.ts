import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum CaptionFormat {
  VTT = 'VTT',
  SRT = 'SRT',
}

registerEnumType(CaptionFormat, {
  name: 'CaptionFormat',
  description: 'How a caption file is written.',
  valuesConfig: {
    VTT: { description: 'WebVTT (W3C).' },
    SRT: { description: 'SubRip.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A timed line of a transcript.' })
export class Cue {
  @Field(() => Float, { description: 'Begin, in seconds from the start of the video.' })
  startSeconds!: number;

  @Field(() => Float, { description: 'End, in seconds. Real files hold cues that do not end after they begin.' })
  endSeconds!: number;

  @Field({ description: 'What is said, as plain text; lines are parted by `\\n`.' })
  text!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What is said in a lesson, in one language.' })
export class Transcript {
  @Field(() => ID, { description: 'Stays the same when the text is replaced.' })
  id!: number;

  @Field({ description: 'BCP 47 tag, such as `en` or `pt-BR`.' })
  language!: string;

  @Field(() => Int, { description: 'How many cues it has.' })
  cueCount!: number;
}

@InputType({ description: 'A caption file for a lesson.' })
export class SetTranscriptInput {
  @Field(() => ID, { description: 'The lesson.' })
  lessonId!: string;

  @Field({ description: 'BCP 47 tag of the language, such as `en`. The lesson’s transcript in it is replaced.' })
  language!: string;

  @Field(() => CaptionFormat, { description: 'How the file is written.' })
  format!: CaptionFormat;

  @Field({ description: 'The file’s text: at most 5 MB and 20,000 cues.' })
  content!: string;
}
