import { cueId } from '../../videos/cue-id.js';

/** First and last id of revisions that follow one another: a course that was loaded at once is one range. */
export function rangesOf(revisionIds: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const revisionId of revisionIds) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === cueId(revisionId, 0)) last[1] = cueId(revisionId + 1, 0) - 1;
    else ranges.push([cueId(revisionId, 0), cueId(revisionId + 1, 0) - 1]);
  }
  return ranges;
}
