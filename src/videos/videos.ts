import type { Config } from '../shared/config.js';
import { JobsWaiting } from './jobs/jobs-waiting.js';
import { MediaTools } from './jobs/media-tools.js';
import { internet, type Outgoing } from './links/outgoing.js';
import { type FileStorage, openStorage } from './uploads/storage.js';

/** The long-lived part of uploads and jobs. Nothing of it is opened or loaded before its first use. */
export interface Videos {
  storage: FileStorage;
  tools: MediaTools;
  outgoing: Outgoing;
  jobsWaiting: JobsWaiting;
}

declare module '../shared/app.js' {
  interface App {
    videos: Videos;
  }
}

/** @param outgoing what a test puts in place of DNS and the internet */
export function openVideos(config: Config, outgoing: Outgoing = internet): Videos {
  return {
    storage: openStorage(config),
    tools: new MediaTools(config),
    outgoing,
    jobsWaiting: new JobsWaiting(),
  };
}
