/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A question about a lesson. */
export type AskTutorInput = {
  /** Up to 64 characters of the client’s own, new for each question: sent again, it gives the same answer and never asks or charges twice. `askTutorStream` requires it. */
  clientRequestId?: string | null | undefined;
  /** The lesson that is watched. */
  lessonId: string | number;
  /** 1 to 4,000 characters. */
  message: string;
  /** The moment on the screen: `mm:ss` or `h:mm:ss`. `BAD_TIMESTAMP` when malformed or past the end. */
  timestampVideo?: string | null | undefined;
};

/** How a caption file is written. */
export type CaptionFormat =
  /** SubRip. */
  | 'SRT'
  /** WebVTT (W3C). */
  | 'VTT';

/** How far an answer is. */
export type ChatStatus =
  /** The asker stopped it, or its lesson was deleted; the text so far stays. */
  | 'CANCELLED'
  /** It is whole, or was cut where `truncated` says so. */
  | 'COMPLETED'
  /** The model refused or failed: see `failureCode`. */
  | 'FAILED'
  /** The server process that wrote it ended. */
  | 'INTERRUPTED'
  /** It is being written: attach with `tutorTokens`. */
  | 'STREAMING';

/** How courses are sorted. */
export type CourseOrder =
  /** By creation, the latest first. */
  | 'NEWEST'
  /** By creation, the earliest first. */
  | 'OLDEST';

/** Who may read a course. */
export type CourseStatus =
  /** Its instructor and administrators. */
  | 'DRAFT'
  /** Everyone, signed in or not. */
  | 'PUBLISHED';

/** A new course of the viewer’s. */
export type CreateCourseInput = {
  /** Plain text, up to 10,000 characters. */
  description?: string | null | undefined;
  /** Who may read it. */
  status?: CourseStatus | null | undefined;
  /** A public https address of a picture. */
  thumbnailUrl?: string | null | undefined;
  /** 1 to 200 characters. */
  title: string;
};

/** A new lesson. */
export type CreateLessonInput = {
  /** The course that it belongs to. */
  courseId: string | number;
  /** Length of the video in seconds. */
  durationSeconds?: number | null | undefined;
  /** Place in the course, from 1: lessons from there on move down. Appended when absent. */
  order?: number | null | undefined;
  /** 1 to 200 characters. */
  title: string;
  /** A public https address; a video may also come later. */
  videoUrl?: string | null | undefined;
};

/** A file for a lesson: a video, or captions (.vtt, .srt). */
export type CreateUploadInput = {
  /** The file’s name, 1 to 255 characters. */
  filename: string;
  /** BCP 47 tag of what is spoken or written in it. Captions need one. */
  language?: string | null | undefined;
  /** The lesson. */
  lessonId: string | number;
  /** The file’s media type, as a browser tells it. What counts are the bytes: MP4, WebM, QuickTime, Matroska, Ogg; for captions `text/vtt` or `application/x-subrip`, or a name that ends so. */
  mimeType: string;
  /** SHA-256 of the whole file in hexadecimal: a file with another one is refused when it has arrived. */
  sha256?: string | null | undefined;
  /** The file’s size in bytes: exactly so many are taken. */
  sizeBytes: number;
};

/** Why a balance moved. */
export type CreditReason =
  /** Given by an administrator. */
  | 'GRANT'
  /** Set aside for an answer or a transcription when it was asked for. */
  | 'HOLD'
  /** What of a hold was not charged, when the answer or the job ended. */
  | 'RELEASE'
  /** The first grant of a new account. */
  | 'SIGNUP';

/** The values of `extensions.code`. Stable: branch on them, not on messages. */
export type ErrorCode =
  | 'ACCOUNT_DISABLED'
  | 'BAD_REQUEST'
  | 'BAD_TIMESTAMP'
  | 'BAD_USER_INPUT'
  | 'CHECKSUM_MISMATCH'
  | 'CONFLICT'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'EMAIL_TAKEN'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'INSUFFICIENT_CREDITS'
  | 'INTERNAL_SERVER_ERROR'
  | 'INVALID_CREDENTIALS'
  | 'INVALID_TOKEN'
  | 'LINK_UNREACHABLE'
  | 'MEDIA_TOOLS_MISSING'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_FOUND'
  | 'NOT_READY'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'PAYLOAD_TOO_LARGE'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'QUERY_TOO_COMPLEX'
  | 'QUOTA_EXCEEDED'
  | 'RATE_LIMITED'
  | 'STORAGE_FULL'
  | 'TRANSCRIPTION_UNAVAILABLE'
  | 'TUTOR_BUSY'
  | 'TUTOR_INTERRUPTED'
  | 'TUTOR_REFUSED'
  | 'TUTOR_UNAVAILABLE'
  | 'UNAUTHENTICATED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UPLOAD_EXPIRED'
  | 'USERNAME_TAKEN'
  | 'VIDEO_UNREADABLE';

/** Credits for an account. */
export type GrantCreditsInput = {
  /** 1 to 1,000,000. */
  amount: number;
  /** Shown to the account’s owner as `CreditEntry.note`; 1 to 500 characters. */
  reason: string;
  /** Who gets them. */
  userId: string | number;
};

/** What a job does. */
export type JobKind =
  /** Waits for an uploaded file, checks it, then shows it: a video or captions. */
  | 'PREPARE_UPLOAD'
  /** Looks at a linked video, then shows it in the lesson. */
  | 'PROBE_LINK'
  /** Writes down what is spoken in the lesson’s video, as its transcript. */
  | 'TRANSCRIBE';

/** How far a job is. */
export type JobStatus =
  /** It was stopped, or its lesson was deleted. */
  | 'CANCELLED'
  /** What it made is there. */
  | 'COMPLETED'
  /** It came to nothing: see `errorCode`. `retryJob` tries again. */
  | 'FAILED'
  /** It waits: for its upload, for a worker, or to be tried again. */
  | 'QUEUED'
  /** A worker is at it. */
  | 'RUNNING';

/** A video elsewhere, for a lesson. */
export type LinkVideoInput = {
  /** BCP 47 tag of what is spoken in it, such as `en`. */
  language?: string | null | undefined;
  /** The lesson. */
  lessonId: string | number;
  /** A public https address: of a video file, or of a page that shows the video. */
  url: string;
};

/** Who signs in. */
export type LoginInput = {
  /** Compared without regard to case. */
  email: string;
  /** The password of the account. */
  password: string;
};

/** A new account. */
export type RegisterInput = {
  /** The login; unique without regard to case. */
  email: string;
  /** 8 to 128 characters, none of the most common passwords. */
  password: string;
  /** `STUDENT` or `INSTRUCTOR`. */
  role?: Role | null | undefined;
  /** 3 to 30 letters, digits, `_`, `.` or `-`; unique without regard to case. */
  username: string;
};

/** What an account may do. */
export type Role =
  /** Changes everything. Nobody registers as one: `npm run admin -- promote EMAIL`. */
  | 'ADMIN'
  /** Publishes courses, and all that a student does. */
  | 'INSTRUCTOR'
  /** Watches and asks. */
  | 'STUDENT';

/** A caption file for a lesson. */
export type SetTranscriptInput = {
  /** The file’s text: at most 5 MB and 20,000 cues. */
  content: string;
  /** How the file is written. */
  format: CaptionFormat;
  /** BCP 47 tag of the language, such as `en`. The lesson’s transcript in it is replaced. */
  language: string;
  /** The lesson. */
  lessonId: string | number;
};

/** What changes; a field left out stays as it is. */
export type UpdateCourseInput = {
  /** Up to 10,000 characters; null empties it. */
  description?: string | null | undefined;
  /** Publishes or withdraws the course; null is refused. */
  status?: CourseStatus | null | undefined;
  /** A public https address; null removes the picture. */
  thumbnailUrl?: string | null | undefined;
  /** 1 to 200 characters; null is refused. */
  title?: string | null | undefined;
};

/** What changes; a field left out stays as it is. */
export type UpdateLessonInput = {
  /** Length of the video in seconds; null when unknown. */
  durationSeconds?: number | null | undefined;
  /** New place, from 1: the others close up; null is refused. */
  order?: number | null | undefined;
  /** 1 to 200 characters; null is refused. */
  title?: string | null | undefined;
  /** A public https address; null removes the video. */
  videoUrl?: string | null | undefined;
};

/** Who counted the tokens, or the seconds. */
export type UsageSource =
  /** Our own count, where the model gave none. */
  | 'ESTIMATED'
  /** The model’s own count. */
  | 'PROVIDER';

/** Where a video lies. */
export type VideoSourceKind =
  /** Elsewhere: browsers load it from there. */
  | 'LINK'
  /** On this server. */
  | 'UPLOAD';

export type AccountFieldsFragment = { id: string, username: string, email: string, role: Role, isActive: boolean, credits: number, createdAt: string };

export type AuthFieldsFragment = { accessToken: string, expiresIn: number, refreshToken: string, user: AccountFieldsFragment };

export type HealthQueryVariables = Exact<{ [key: string]: never; }>;


export type HealthQuery = { health: { status: string, version: string, database: string, tutor: { provider: string, model: string, ready: boolean } } };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: AccountFieldsFragment };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { sessions: Array<{ id: string, createdAt: string, lastUsedAt: string, expiresAt: string, current: boolean, userAgent: string | null }> };

export type RegisterMutationVariables = Exact<{
  input: RegisterInput;
}>;


export type RegisterMutation = { register: AuthFieldsFragment };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { login: AuthFieldsFragment };

export type RefreshSessionMutationVariables = Exact<{
  refreshToken: string;
}>;


export type RefreshSessionMutation = { refreshSession: AuthFieldsFragment };

export type LogoutMutationVariables = Exact<{ [key: string]: never; }>;


export type LogoutMutation = { logout: boolean };

export type RevokeSessionMutationVariables = Exact<{
  id: string | number;
}>;


export type RevokeSessionMutation = { revokeSession: boolean };

export type ChangePasswordMutationVariables = Exact<{
  currentPassword: string;
  newPassword: string;
}>;


export type ChangePasswordMutation = { changePassword: boolean };

export type DeleteAccountMutationVariables = Exact<{
  password: string;
}>;


export type DeleteAccountMutation = { deleteAccount: boolean };

export type CourseFieldsFragment = { id: string, title: string, description: string, thumbnailUrl: string | null, status: CourseStatus, lessonCount: number, createdAt: string, updatedAt: string, instructor: { id: string, username: string } };

export type LessonFieldsFragment = { id: string, title: string, order: number, durationSeconds: number | null, videoUrl: string | null, thumbnailUrl: string | null };

export type CoursesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  search?: string | null | undefined;
  instructorId?: string | number | null | undefined;
  orderBy?: CourseOrder | null | undefined;
}>;


export type CoursesQuery = { courses: { totalCount: number, nodes: Array<CourseFieldsFragment>, pageInfo: PageFieldsFragment } };

export type CourseQueryVariables = Exact<{
  id: string | number;
}>;


export type CourseQuery = { course: (
    { lessons: Array<LessonFieldsFragment> }
    & CourseFieldsFragment
  ) | null };

export type LessonsQueryVariables = Exact<{
  courseId: string | number;
}>;


export type LessonsQuery = { lessons: Array<LessonFieldsFragment> };

export type LessonQueryVariables = Exact<{
  id: string | number;
}>;


export type LessonQuery = { lesson: (
    { course: { id: string, title: string }, transcripts: Array<TranscriptFieldsFragment> }
    & LessonFieldsFragment
  ) | null };

export type CreateCourseMutationVariables = Exact<{
  input: CreateCourseInput;
}>;


export type CreateCourseMutation = { createCourse: CourseFieldsFragment };

export type UpdateCourseMutationVariables = Exact<{
  id: string | number;
  input: UpdateCourseInput;
}>;


export type UpdateCourseMutation = { updateCourse: CourseFieldsFragment };

export type DeleteCourseMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteCourseMutation = { deleteCourse: boolean };

export type CreateLessonMutationVariables = Exact<{
  input: CreateLessonInput;
}>;


export type CreateLessonMutation = { createLesson: LessonFieldsFragment };

export type UpdateLessonMutationVariables = Exact<{
  id: string | number;
  input: UpdateLessonInput;
}>;


export type UpdateLessonMutation = { updateLesson: LessonFieldsFragment };

export type DeleteLessonMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteLessonMutation = { deleteLesson: boolean };

export type ReorderLessonsMutationVariables = Exact<{
  courseId: string | number;
  lessonIds: Array<string | number> | string | number;
}>;


export type ReorderLessonsMutation = { reorderLessons: Array<LessonFieldsFragment> };

export type PageFieldsFragment = { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null };

export type UsageFieldsFragment = { id: string, chatId: string | null, jobId: string | null, provider: string, model: string, tokensInput: number, tokensOutput: number, audioSeconds: number | null, source: UsageSource, createdAt: string };

export type AiUsageQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AiUsageQuery = { aiUsage: { totalCount: number, nodes: Array<UsageFieldsFragment>, pageInfo: PageFieldsFragment } };

export type CreditHistoryQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CreditHistoryQuery = { creditHistory: { totalCount: number, nodes: Array<{ id: string, amount: number, balanceAfter: number, reason: CreditReason, chatId: string | null, jobId: string | null, note: string | null, createdAt: string }>, pageInfo: PageFieldsFragment } };

export type GrantCreditsMutationVariables = Exact<{
  input: GrantCreditsInput;
}>;


export type GrantCreditsMutation = { grantCredits: AccountFieldsFragment };

export type TranscriptFieldsFragment = { id: string, language: string, cueCount: number, durationSeconds: number, captionsUrl: string | null };

export type LessonCuesQueryVariables = Exact<{
  lessonId: string | number;
  from?: number | null | undefined;
  to?: number | null | undefined;
  first?: number | null | undefined;
}>;


export type LessonCuesQuery = { lesson: { id: string, transcripts: Array<{ id: string, language: string, cues: Array<{ startSeconds: number, endSeconds: number, text: string }> }> } | null };

export type LessonCaptionsQueryVariables = Exact<{
  lessonId: string | number;
}>;


export type LessonCaptionsQuery = { lesson: { id: string, transcripts: Array<(
      { vtt: string }
      & TranscriptFieldsFragment
    )> } | null };

export type SearchMomentsQueryVariables = Exact<{
  query: string;
  courseId?: string | number | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchMomentsQuery = { searchMoments: { totalCount: number, nodes: Array<{ startSeconds: number, endSeconds: number, timestamp: string, snippet: string, lesson: { id: string, title: string, course: { id: string, title: string } } }>, pageInfo: PageFieldsFragment } };

export type SetTranscriptMutationVariables = Exact<{
  input: SetTranscriptInput;
}>;


export type SetTranscriptMutation = { setTranscript: TranscriptFieldsFragment };

export type ChatFieldsFragment = { id: string, message: string, response: string, timestampVideo: string | null, timestampSeconds: number | null, status: ChatStatus, truncated: boolean, creditsCharged: number, failureCode: ErrorCode | null, failureMessage: string | null, createdAt: string, completedAt: string | null, lesson: { id: string, title: string }, citations: Array<{ lessonId: string, timestamp: string, startSeconds: number, endSeconds: number, quote: string }>, usage: UsageFieldsFragment | null };

type TutorEventFields_TutorDone_Fragment = { __typename: 'TutorDone', chat: ChatFieldsFragment };

type TutorEventFields_TutorFailed_Fragment = { __typename: 'TutorFailed', code: ErrorCode, message: string, chat: ChatFieldsFragment };

type TutorEventFields_TutorToken_Fragment = { __typename: 'TutorToken', chatId: string, offset: number, text: string };

export type TutorEventFieldsFragment =
  | TutorEventFields_TutorDone_Fragment
  | TutorEventFields_TutorFailed_Fragment
  | TutorEventFields_TutorToken_Fragment
;

export type ChatHistoryQueryVariables = Exact<{
  lessonId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ChatHistoryQuery = { chatHistory: { totalCount: number, nodes: Array<ChatFieldsFragment>, pageInfo: PageFieldsFragment } };

export type ChatMessageQueryVariables = Exact<{
  id: string | number;
}>;


export type ChatMessageQuery = { chatMessage: ChatFieldsFragment | null };

export type AskTutorMutationVariables = Exact<{
  input: AskTutorInput;
  wait?: boolean | null | undefined;
}>;


export type AskTutorMutation = { askTutor: ChatFieldsFragment };

export type CancelTutorMutationVariables = Exact<{
  chatId?: string | number | null | undefined;
  clientRequestId?: string | null | undefined;
}>;


export type CancelTutorMutation = { cancelTutor: ChatFieldsFragment };

export type AskTutorStreamSubscriptionVariables = Exact<{
  input: AskTutorInput;
  after?: number | null | undefined;
}>;


export type AskTutorStreamSubscription = { askTutorStream:
    | TutorEventFields_TutorDone_Fragment
    | TutorEventFields_TutorFailed_Fragment
    | TutorEventFields_TutorToken_Fragment
   };

export type TutorTokensSubscriptionVariables = Exact<{
  chatId: string | number;
  after?: number | null | undefined;
}>;


export type TutorTokensSubscription = { tutorTokens:
    | TutorEventFields_TutorDone_Fragment
    | TutorEventFields_TutorFailed_Fragment
    | TutorEventFields_TutorToken_Fragment
   };

export type JobFieldsFragment = { id: string, kind: JobKind, status: JobStatus, progressPercent: number, stage: string, attempts: number, errorCode: ErrorCode | null, errorMessage: string | null, creditsCharged: number, createdAt: string, startedAt: string | null, finishedAt: string | null, lesson: { id: string }, videoSource: { id: string, kind: VideoSourceKind, url: string | null, mimeType: string | null, sizeBytes: number | null, durationSeconds: number | null, width: number | null, height: number | null, sha256: string | null } | null };

export type ProcessingJobQueryVariables = Exact<{
  id: string | number;
}>;


export type ProcessingJobQuery = { processingJob: JobFieldsFragment | null };

export type ProcessingJobsQueryVariables = Exact<{
  lessonId: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ProcessingJobsQuery = { processingJobs: { totalCount: number, nodes: Array<JobFieldsFragment>, pageInfo: PageFieldsFragment } };

export type CreateUploadMutationVariables = Exact<{
  input: CreateUploadInput;
}>;


export type CreateUploadMutation = { createUpload: { id: string, uploadUrl: string, expiresAt: string, job: JobFieldsFragment } };

export type LinkVideoMutationVariables = Exact<{
  input: LinkVideoInput;
}>;


export type LinkVideoMutation = { linkVideo: JobFieldsFragment };

export type TranscribeLessonMutationVariables = Exact<{
  lessonId: string | number;
  language?: string | null | undefined;
}>;


export type TranscribeLessonMutation = { transcribeLesson: JobFieldsFragment };

export type CancelJobMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelJobMutation = { cancelJob: JobFieldsFragment };

export type RetryJobMutationVariables = Exact<{
  id: string | number;
}>;


export type RetryJobMutation = { retryJob: JobFieldsFragment };

export type JobProgressSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type JobProgressSubscription = { jobProgress: JobFieldsFragment };
