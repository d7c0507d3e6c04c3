import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { DateTime } from '../../shared/date-time.js';

@ObjectType({ simpleResolvers: true, description: 'A place to send a file to, by the tus protocol.' })
export class Upload {
  @Field(() => ID, { description: 'Id of the upload.' })
  id!: number;

  @Field({
    description:
      'Send the bytes here by tus 1.0.0 (`uploadUrl` of tus-js-client): `HEAD` says how many have arrived, `PATCH` ' +
      'adds more, `DELETE` gives up. The address is signed: whoever has it may send this file, and nothing else.',
  })
  uploadUrl!: string;

  @Field(() => DateTime, { description: 'When the address ends; what has not arrived by then is removed.' })
  expiresAt!: number;
}

@InputType({ description: 'A file for a lesson: a video, or captions (.vtt, .srt).' })
export class CreateUploadInput {
  @Field(() => ID, { description: 'The lesson.' })
  lessonId!: string;

  @Field({ description: 'The file’s name, 1 to 255 characters.' })
  filename!: string;

  @Field({
    description:
      'The file’s media type, as a browser tells it. What counts are the bytes: MP4, WebM, QuickTime, Matroska, Ogg; ' +
      'for captions `text/vtt` or `application/x-subrip`, or a name that ends so.',
  })
  mimeType!: string;

  @Field(() => Float, { description: 'The file’s size in bytes: exactly so many are taken.' })
  sizeBytes!: number;

  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 tag of what is spoken or written in it. Captions need one.',
  })
  language?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of the whole file in hexadecimal: a file with another one is refused when it has arrived.',
  })
  sha256?: string | null;
}
