/** What an answer consists of, top down. */
export type Block =
  | { type: 'paragraph' | 'heading' | 'code'; text: string }
  | { type: 'rule' }
  | { type: 'quote'; blocks: Block[] }
  | { type: 'list'; start: number | null; items: Block[][] }
  | { type: 'table'; head: string[]; rows: string[][] };

/** A quote in a list in a quote …: deeper ones are shown as they were written. */
const DEEPEST = 6;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|(\d{1,9})[.)])(\s+)(?=\S)/;
const DELIMITERS = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/**
 * The blocks of Markdown as language models write it: CommonMark's paragraphs, headings, lists, quotes, rules and fenced
 * code, and the tables of GFM. HTML is text. A fence that is not closed yet is code to the end: the answer still comes.
 */
export function blocksOf(text: string, depth = 0): Block[] {
  const lines = text.split(/\r?\n/);
  const blocks: Block[] = [];
  let at = 0;
  /** Takes lines as long as they are wanted. */
  const take = (wanted: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && wanted(lines[at] as string)) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] as string;
    const fence = FENCE.exec(line)?.[1];
    const heading = HEADING.exec(line);
    const item = ITEM.exec(line);
    if (line.trim() === '') at++;
    else if (fence) {
      at++;
      blocks.push({ type: 'code', text: take((each) => !each.trim().startsWith(fence)).join('\n') });
      at++;
    } else if (heading) {
      at++;
      blocks.push({ type: 'heading', text: heading[1] ?? '' });
    } else if (RULE.test(line)) {
      at++;
      blocks.push({ type: 'rule' });
    } else if (depth < DEEPEST && QUOTE.test(line)) {
      const quoted = take((each) => QUOTE.test(each)).map((each) => each.replace(QUOTE, ''));
      blocks.push({ type: 'quote', blocks: blocksOf(quoted.join('\n'), depth + 1) });
    } else if (depth < DEEPEST && item) {
      blocks.push(listOf(item[3] === undefined ? null : Number(item[3])));
    } else if (line.includes('|') && DELIMITERS.test(lines[at + 1] ?? '') && lines[at + 1]?.includes('-')) {
      const [head = '', , ...rows] = take((each) => each.includes('|'));
      blocks.push({ type: 'table', head: cellsOf(head), rows: rows.map(cellsOf) });
    } else {
      const first = at++;
      const more = take((each) => each.trim() !== '' && !begins(each));
      blocks.push({ type: 'paragraph', text: [lines[first] as string, ...more].map((each) => each.trim()).join('\n') });
    }
  }
  return blocks;

  function listOf(start: number | null): Block {
    const items: string[][] = [];
    let width = 0;
    for (; at < lines.length; at++) {
      const line = lines[at] as string;
      const item = ITEM.exec(line);
      const last = items.at(-1);
      const isIndented = last !== undefined && line.length - line.trimStart().length >= width;
      if (item && !isIndented) {
        if ((item[3] === undefined) !== (start === null)) break;
        width = Math.min(item[0].length, (item[1] ?? '').length + (item[2] ?? '').length + 4);
        items.push([line.slice(width)]);
      } else if (line.trim() === '') {
        // It goes on behind an empty line only with a further item, or what is indented.
        const next = lines[at + 1] ?? '';
        if (!ITEM.test(next) && next.length - next.trimStart().length < width) break;
        last?.push('');
      } else if (isIndented) last.push(line.slice(width));
      else if (!begins(line) && last?.at(-1) !== '') last?.push(line.trim());
      else break;
    }
    return { type: 'list', start, items: items.map((each) => blocksOf(each.join('\n'), depth + 1)) };
  }
}

function begins(line: string): boolean {
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);
}

function cellsOf(row: string): string[] {
  const inside = row.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inside.split('|').map((cell) => cell.trim());
}
