import { AuditRow } from '../accounts/audit.row.js';
import { RefreshTokenRow } from '../accounts/refresh-token.row.js';
import { SessionRow } from '../accounts/session.row.js';
import { UserRow } from '../accounts/user.row.js';
import { CourseRow } from '../courses/course.row.js';
import { LessonRow } from '../courses/lesson.row.js';
import { CreditEntryRow } from '../credits/credit-entry.row.js';
import { UsageRow } from '../credits/usage.row.js';
import { ChatRow } from '../tutor/chat.row.js';
import { CueRow } from '../videos/cue.row.js';
import { JobRow } from '../videos/jobs/job.row.js';
import { RevisionRow } from '../videos/revision.row.js';
import { TranscriptRow } from '../videos/transcript.row.js';
import { SpeechPartRow } from '../videos/transcription/speech-part.row.js';
import { UploadRow } from '../videos/uploads/upload.row.js';
import { VideoSourceRow } from '../videos/video-source.row.js';

/** Every table but the full-text index, which is written by hand in a migration. */
export const rows = [
  UserRow,
  SessionRow,
  RefreshTokenRow,
  AuditRow,
  CreditEntryRow,
  UsageRow,
  CourseRow,
  LessonRow,
  RevisionRow,
  TranscriptRow,
  CueRow,
  UploadRow,
  VideoSourceRow,
  JobRow,
  SpeechPartRow,
  ChatRow,
];
