import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { AccountResolver } from '../accounts/account.resolver.js';
import { CourseResolver } from '../courses/course.resolver.js';
import { refuseWhileTeaching } from '../courses/course.service.js';
import { LessonResolver } from '../courses/lesson.resolver.js';
import { CreditResolver } from '../credits/credit.resolver.js';
import { grantSignup } from '../credits/ledger.service.js';
import type { App } from '../shared/app.js';
import { cancelRunning } from '../tutor/cancel.service.js';
import { ChatResolver } from '../tutor/chat.resolver.js';
import { forgetAsker } from '../tutor/forget-asker.service.js';
import { TutorResolver } from '../tutor/tutor.resolver.js';
import { cancelJobs } from '../videos/jobs/change-job.service.js';
import { JobResolver, UploadResolver, VideoSourceResolver } from '../videos/jobs/job.resolver.js';
import { MomentResolver } from '../videos/moments/moment.resolver.js';
import { LessonVideoResolver } from '../videos/playback/lesson-video.resolver.js';
import { LessonTranscriptsResolver, TranscriptResolver } from '../videos/transcript.resolver.js';
import { forgetUploader } from '../videos/uploads/upload-ending.service.js';
import { HealthResolver } from './health.js';

/** The schema, from the explicit list of resolvers. */
export function createSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      HealthResolver,
      AccountResolver,
      CreditResolver,
      CourseResolver,
      LessonResolver,
      TranscriptResolver,
      LessonTranscriptsResolver,
      LessonVideoResolver,
      JobResolver,
      VideoSourceResolver,
      UploadResolver,
      MomentResolver,
      TutorResolver,
      ChatResolver,
    ],
    // Inputs are checked by the policies, which name the field and the remedy.
    validate: false,
    // A test does that, and the start need not.
    skipCheck: true,
    // Every subscription brings its own iterator; TypeGraphQL wants a hub all the same.
    pubSub: { publish: () => {}, subscribe: () => ({ [Symbol.asyncIterator]: () => ({}) }) as never },
  });
}

/** Who answers what another slice announces. */
export function registerHooks({ hooks }: App): void {
  hooks.on('accountCreated', (app, em, { userId }) => grantSignup(app, em, userId));
  hooks.on('accountDeleted', (app, em, { userId }) => refuseWhileTeaching(app, em, userId));
  hooks.on('accountDeleted', (app, em, { userId }) => forgetAsker(app, em, userId));
  hooks.on('accountDeleted', (app, em, { userId }) => forgetUploader(app, em, userId));
  hooks.on('courseDeleted', (app, em, { courseId }) => cancelJobs(app, em, { courseId }));
  hooks.on('lessonDeleted', (app, em, { lessonId }) => cancelJobs(app, em, { lessonId }));
  hooks.on('courseDeleted', (app, em, { courseId }) => cancelRunning(app, em, { courseId }));
  hooks.on('lessonDeleted', (app, em, { lessonId }) => cancelRunning(app, em, { lessonId }));
}
