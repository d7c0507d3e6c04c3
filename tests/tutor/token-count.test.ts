import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { tokenCounter } from '../../src/tutor/byte-pairs.js';
import { loadTokenizer } from '../../src/tutor/token-count.js';
import { readRanks } from '../../src/tutor/token-ranks.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const count = await loadTokenizer();
/** The library itself, all of whose tables the server does without. */
const asLibrary = (text: string) => countTokens(text, { disallowedSpecial: new Set() });
/** What the library takes otherwise than OpenAI's own tokenizer. */
const OTHERWISE = /[\ufeff\u0085]/g;

const LANGUAGES = [
  "Let's divide 10,000 by 490: we've got 20.4, and THAT's the number of pages we'll read, isn't it?",
  'Die Geschwindigkeitsbegrenzungsschilder stehen über den Übergängen; Mädchen, Straße, ÄRGER.',
  'Почему здесь скорость постоянна? Ёлка, ОБЪЁМ, 1 234,5 км/ч.',
  'なぜここでは速度が一定なのですか？ データベースの索引（インデックス）を使うと…',
  '为什么这里的速度是恒定的？数据库索引可以减少读取的页数。',
  '왜 여기서 속도가 일정합니까? 데이터베이스 색인을 사용하면',
  'لماذا السرعة ثابتة هنا؟ الفَهْرَسُ يُقَلِّلُ عددَ الصفحات',
  'यहाँ वेग स्थिर क्यों है? सूचकांक पृष्ठों की संख्या घटाता है।',
  'ทำไมความเร็วจึงคงที่ที่นี่ ดัชนีช่วยลดจำนวนหน้า',
  'Tại sao vận tốc ở đây không đổi? Chỉ mục làm giảm số trang phải đọc.',
  '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 e\u0301 \u200d \u00a0\u3000 \ud83c \udca1 ﬁ Ⅷ ½ ①',
  '<|endoftext|><|fim_prefix|> if (x === null) {\r\n\t\treturn `y`;\n\n\n}   // done/\n/\n',
];

/** Whole words and pieces of the languages, cut anywhere and put together, so that borders fall everywhere. */
const mixed = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom(...LANGUAGES), fc.nat(), fc.nat(30))
        .map(([text, at, length]) => text.slice(at % text.length, (at % text.length) + length)),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({
        unit: fc.constantFrom('a', 'A', ' ', '\n', '\r', "'", 's', '1', '\ud83c', 'é', '漢'),
        maxLength: 20,
      }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join('').replace(OTHERWISE, ''));

describe('the count of tokens', () => {
  it.each(LANGUAGES)('is that of gpt-tokenizer for %j', (text) => {
    expect(count(text)).toBe(asLibrary(text));
  });

  it('is that of gpt-tokenizer for whole lectures', () => {
    for (const file of ['01-what-searching-costs.en.vtt', '01-what-searching-costs.id.vtt', 'course.json']) {
      const text = readFileSync(`demo/${file}`, 'utf8');
      expect(count(text)).toBe(asLibrary(text));
    }
  });

  it('is that of gpt-tokenizer for any text', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        expect(count(text)).toBe(asLibrary(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('is that of OpenAI’s own tokenizer where gpt-tokenizer’s is another', () => {
    // as tiktoken 1.0.22 counts them
    const known = { '\ufeffWEBVTT\n\n': 5, 'a\ufeff': 2, 'é \ufeff\u200d  \u00a0': 5, 'a\u0085 b': 4 };
    expect(Object.fromEntries(Object.keys(known).map((text) => [text, count(text)]))).toEqual(known);
  });

  it('is that of gpt-tokenizer for long runs of one letter', () => {
    for (const unit of ['a', 'A', 'ab', ' ', '=', '\n', '漢', '\u0301', '🙂', '\ud83c']) {
      for (const times of [1, 2, 3, 127, 128, 129, 700]) {
        const text = unit.repeat(times);
        expect([unit, times, count(text)]).toEqual([unit, times, asLibrary(text)]);
      }
    }
  });
});

describe('merging', () => {
  it('joins the lowest rank first, and of equals the leftmost', async () => {
    // given ranks by which "aaab" is "aa" "ab", and never "a" "aa" "b"
    const ranks = await readRanks(
      bytes(['a', 'b', 'aa', 'ab'].map((token, rank) => `${btoa(token)} ${rank}\n`).join('')),
    );

    // when, then
    const tokens = tokenCounter(ranks, /\S+/gu);
    expect(['a', 'b', 'aa', 'ab', 'aab', 'aaab', 'aaa', 'aaaab b'].map(tokens)).toEqual([1, 1, 1, 1, 2, 2, 2, 4]);
  });

  it('looks at a number of pairs in proportion to the length, however they are merged', async () => {
    // given a counter of looks, and pieces that merge all the way up
    const doubled = Array.from({ length: 7 }, (_, power) => 'a'.repeat(2 ** power));
    const ranks = await readRanks(bytes(doubled.map((token, rank) => `${btoa(token)} ${rank}\n`).join('')));
    let looks = 0;
    const tokens = tokenCounter(
      {
        rankOf(...range) {
          looks++;
          return ranks.rankOf(...range);
        },
      },
      /\S+/gu,
    );

    // when
    expect(tokens('a'.repeat(65_536))).toBe(1024);

    // then each byte was looked at once, and each merge made two more
    expect(looks).toBeLessThan(3 * 65_536 + 2);
  });

  it('refuses a table that leaves a rank out', async () => {
    const table = `${btoa('a')} 0\n${btoa('b')} 2\n`;
    await expect(readRanks(bytes(table))).rejects.toThrow('has rank 2 where 1 was expected');
  });
});
