import { Fragment, memo, type ReactNode } from 'react';
import { type Block, blocksOf } from './markdown-blocks.ts';

/** Makes an element of a mark such as `[12:40]` or `[L3 12:40]`. */
export type MarkOf = (mark: { lessonId: string | null; timestamp: string }, key: number) => ReactNode;

interface Props {
  text: string;
  markOf: MarkOf;
}

/**
 * An answer's Markdown as elements. Nothing of it is ever read as HTML: tags are shown as they were written, images as
 * links, and links lead to http(s) alone.
 */
export const Markdown = memo(({ text, markOf }: Props) => <Blocks blocks={blocksOf(text)} markOf={markOf} />);

function Blocks({ blocks, markOf }: { blocks: readonly Block[]; markOf: MarkOf }) {
  return keyed(blocks, (block) => <BlockView block={block} markOf={markOf} />);
}

function BlockView({ block, markOf }: { block: Block; markOf: MarkOf }): ReactNode {
  switch (block.type) {
    case 'paragraph':
      return <p>{inline(block.text, markOf)}</p>;
    case 'heading':
      // Below the headings of the page.
      return <h4>{inline(block.text, markOf)}</h4>;
    case 'code':
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      );
    case 'rule':
      return <hr />;
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.blocks} markOf={markOf} />
        </blockquote>
      );
    case 'list': {
      const items = keyed(block.items, (blocks) => (
        <li>
          <Blocks blocks={blocks} markOf={markOf} />
        </li>
      ));
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case 'table':
      return (
        <table>
          <thead>
            <tr>
              {keyed(block.head, (cell) => (
                <th>{inline(cell, markOf)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {keyed(block.rows, (row) => (
              <tr>
                {keyed(row, (cell) => (
                  <td>{inline(cell, markOf)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
  }
}

/** Parts of a text have no names of their own: their places stay while it grows at its end. */
function keyed<T>(parts: readonly T[], view: (part: T) => ReactNode): ReactNode[] {
  return parts.map((part, place) => <Fragment key={String(place)}>{view(part)}</Fragment>);
}

/** Emphasis of at most so many characters: each opening sign looks no further for its end. */
const SPAN = '(?=\\S)(.{1,600}?)(?<=\\S)';
const INLINE = new RegExp(
  [
    '`([^`\\n]{1,600})`',
    `\\*\\*${SPAN}\\*\\*`,
    `(?<!\\w)__${SPAN}__(?!\\w)`,
    `\\*${SPAN}\\*`,
    `(?<!\\w)_${SPAN}_(?!\\w)`,
    '!?\\[([^\\]\\n]{0,600})\\]\\(([^\\s()]{1,2000})\\)',
    '\\[(?:L(\\d+) )?(\\d{1,4}:\\d{2}(?::\\d{2})?)\\]',
    '\\\\([!-/:-@[-`{-~])',
  ].join('|'),
  's',
);

function inline(text: string, markOf: MarkOf): ReactNode[] {
  const parts: ReactNode[] = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    const [whole, code, strong, strong2, em, em2, label, href, lessonId, timestamp, escaped] = found;
    const key = parts.length;
    if (found.index > 0) parts.push(rest.slice(0, found.index));
    const bold = strong ?? strong2;
    const leaning = em ?? em2;
    if (code !== undefined) parts.push(<code key={key}>{code}</code>);
    else if (bold !== undefined) parts.push(<strong key={key}>{inline(bold, markOf)}</strong>);
    else if (leaning !== undefined) parts.push(<em key={key}>{inline(leaning, markOf)}</em>);
    else if (timestamp !== undefined) parts.push(markOf({ lessonId: lessonId ?? null, timestamp }, key));
    else if (escaped !== undefined) parts.push(escaped);
    else if (href !== undefined) parts.push(<WebLink key={key} href={href} label={label || href} />);
    rest = rest.slice(found.index + whole.length);
  }
  return [...parts, rest];
}

function WebLink({ href, label }: { href: string; label: string }) {
  if (!URL.canParse(href) || !/^https?:$/.test(new URL(href).protocol)) return label;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {label}
    </a>
  );
}
