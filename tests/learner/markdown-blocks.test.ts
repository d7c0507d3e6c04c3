import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Block, blocksOf } from '../../examples/learner/src/tutor/markdown-blocks.js';

const p = (text: string): Block => ({ type: 'paragraph', text });

describe('an answer’s Markdown', () => {
  it('is paragraphs, headings, rules and code', () => {
    const text = 'One\nline.\n\n## A heading ##\nTwo.\n\n***\n```js\nlet a;\n\n# no heading\n```\nThree.';
    expect(blocksOf(text)).toEqual([
      p('One\nline.'),
      { type: 'heading', text: 'A heading' },
      p('Two.'),
      { type: 'rule' },
      { type: 'code', text: 'let a;\n\n# no heading' },
      p('Three.'),
    ]);
  });

  it('is lists, also in lists, with items of several lines', () => {
    const text = 'Steps:\n1. First\n   - inner\n   - more\n2. Second\n   goes on\n\n3. Third\n- another list\n\nAfter.';
    expect(blocksOf(text)).toEqual([
      p('Steps:'),
      {
        type: 'list',
        start: 1,
        items: [
          [p('First'), { type: 'list', start: null, items: [[p('inner')], [p('more')]] }],
          [p('Second\ngoes on')],
          [p('Third')],
        ],
      },
      { type: 'list', start: null, items: [[p('another list')]] },
      p('After.'),
    ]);
  });

  it('is quotes and tables', () => {
    expect(blocksOf('> said\n> - so\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\nend')).toEqual([
      { type: 'quote', blocks: [p('said'), { type: 'list', start: null, items: [[p('so')]] }] },
      { type: 'table', head: ['a', 'b'], rows: [['1', '2']] },
      p('end'),
    ]);
  });

  it('is code to the end where the answer has come so far', () => {
    expect(blocksOf('So:\n```\nlet a')).toEqual([p('So:'), { type: 'code', text: 'let a' }]);
  });

  it('loses no word, whatever comes', () => {
    const pieces = fc.constantFrom('word', '- ', '1. ', '> ', '# ', '|', '---', '\n', '\n\n', '  ', '*', '[12:40]');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        const count = (all: string) => all.split('word').length;
        expect(count(JSON.stringify(blocksOf(text)))).toBe(count(text));
      }),
    );
  });

  it.each([
    ['> '.repeat(30_000)],
    ['- '.repeat(30_000)],
    ['* a\n'.repeat(15_000)],
    [`${'  '.repeat(30)}- a\n`.repeat(900)],
    ['|'.repeat(60_000)],
    ['```\n'.repeat(15_000)],
  ])('takes no long time: %#', (text) => {
    const begun = performance.now();
    blocksOf(text);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
