import { badInput, CodedError } from '../shared/coded-error.js';
import { storable } from '../shared/storable.js';
import { parseVideoTime } from '../shared/video-time.js';
import type { AskTutorInput } from './ask-tutor.input.js';

/** A question that passed the checks that need nothing but itself. */
export interface Question {
  userId: number;
  lessonId: string;
  message: string;
  timestampVideo: string | null;
  timestampSeconds: number | null;
  clientRequestId: string | null;
}

/** @throws BAD_USER_INPUT with the field, BAD_TIMESTAMP */
export function checkQuestion(userId: number, input: AskTutorInput): Question {
  const { lessonId, timestampVideo = null, clientRequestId = null } = input;
  return {
    userId,
    lessonId,
    message: checkMessage(input.message),
    timestampVideo,
    timestampSeconds: timestampVideo === null ? null : checkTimestamp(timestampVideo),
    clientRequestId: clientRequestId === null ? null : checkClientRequestId(clientRequestId),
  };
}

/** @param endSeconds of the video; null when it is not known. @throws BAD_TIMESTAMP */
export function checkWithinVideo(seconds: number, endSeconds: number | null): void {
  if (endSeconds === null || seconds <= endSeconds) return;
  throw new CodedError('BAD_TIMESTAMP', 'This position is past the end of the video.', { field: 'timestampVideo' });
}

function checkMessage(message: string): string {
  const length = message.length > 8000 ? message.length : [...message].length;
  if (length > 4000) throw badInput('message', 'The question is longer than 4,000 characters: shorten it.');
  if (message.trim() === '') throw badInput('message', 'Write a question of 1 to 4,000 characters.');
  return storable(message);
}

function checkTimestamp(text: string): number {
  const seconds = parseVideoTime(text);
  if (seconds !== null) return seconds;
  const message = 'This is no position in a video. Write mm:ss or h:mm:ss, such as 12:40 or 1:02:03.';
  throw new CodedError('BAD_TIMESTAMP', message, { field: 'timestampVideo' });
}

function checkClientRequestId(id: string): string {
  if (id.length >= 1 && id.length <= 64) return id;
  throw badInput('clientRequestId', 'A clientRequestId has 1 to 64 characters: a UUID will do.');
}
