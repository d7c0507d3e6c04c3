/** More than a transcript may have cues (20,000). */
const CUES_PER_REVISION = 32_768;

/** A cue's id says which revision it is of and which place it has there, so that an index of ids alone can tell. */
export function cueId(revisionId: number, position: number): number {
  return revisionId * CUES_PER_REVISION + position;
}

export function revisionOfCue(id: number): number {
  return Math.floor(id / CUES_PER_REVISION);
}

export function positionOfCue(id: number): number {
  return id % CUES_PER_REVISION;
}
