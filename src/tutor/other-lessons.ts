import { formatVideoTime } from '../shared/video-time.js';
import type { OtherLesson } from './material.js';
import { asData, linesOf, oneLine } from './transcript-lines.js';

/** As many lessons, the best first, as fit whole. */
export function fitOtherLessons(
  others: readonly OtherLesson[],
  maxTokens: number,
  count: (text: string) => number,
): OtherLesson[] {
  for (let fitting = others.length; fitting > 0; fitting--) {
    const kept = others.slice(0, fitting);
    if (count(othersRule(kept)) + count(othersTranscripts(kept)) <= maxTokens) return kept;
  }
  return [];
}

/** How to cite them; nothing when there are none. */
export function othersRule(others: readonly OtherLesson[]): string {
  const [first] = others;
  if (!first) return '';
  return `- This lesson hardly speaks of what is asked; other lessons of the course do, as the further transcripts show. Say in which lesson it is explained, and cite its moments with its number, copied from its lines, as [L${first.lessonId} mm:ss].
`;
}

/** Their fences, after that of the lesson itself. */
export function othersTranscripts(others: readonly OtherLesson[]): string {
  return others
    .map((other) => {
      const title = oneLine(other.title).replace(/["<>]/g, "'");
      return `\n\n<transcript lesson="L${other.lessonId}" title="${title}" language="${other.language}">
${linesOfOther(other).join('\n')}
</transcript>`;
    })
    .join('');
}

function linesOfOther({ lessonId, cues }: OtherLesson): string[] {
  return linesOf(cues).flatMap(({ follows, startMs, texts }, index) => {
    const line = `[L${lessonId} ${formatVideoTime(startMs / 1000)}] ${asData(texts.join(' '))}`;
    return index > 0 && !follows ? ['…', line] : [line];
  });
}
