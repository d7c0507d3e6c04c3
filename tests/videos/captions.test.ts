import { describe, expect, it } from '@jest/globals';
import {
  CaptionError,
  type CaptionFormat,
  MAX_CAPTION_BYTES,
  MAX_CUES,
  parseCaptions,
  renderVtt,
} from '../../src/videos/captions.js';

const TIMING = '00:01.000 --> 00:02.000';

function texts(content: string, format: CaptionFormat = 'VTT'): string[] {
  return parseCaptions(content, format).map((cue) => cue.text);
}

function textOf(spoken: string): string | undefined {
  return texts(`${TIMING}\n${spoken}\n\n00:02.000 --> 00:03.000\nthe end`, 'SRT').at(-2);
}

function refusalOf(content: string, format: CaptionFormat = 'VTT'): CaptionError {
  try {
    parseCaptions(content, format);
  } catch (error) {
    if (error instanceof CaptionError) return error;
    throw error;
  }
  throw new Error('The captions were read.');
}

describe('parseCaptions reads the same cues', () => {
  const cues = [
    { startMs: 1500, endMs: 4000, text: 'A heap is a tree,\nstored in an array.' },
    { startMs: 4000, endMs: 6250, text: 'Its root is the smallest.' },
  ];
  const srt =
    '1\n00:00:01,500 --> 00:00:04,000\nA heap is a tree,\nstored in an array.\n\n' +
    '2\n00:00:04,000 --> 00:00:06,250\nIts root is the smallest.\n';
  const bare = srt.replace(/^\d\n/gm, '');

  it.each([
    ['numbers and commas', srt],
    ['a byte order mark', `\ufeff${srt}`],
    ['CRLF', srt.replaceAll('\n', '\r\n')],
    ['CR', srt.replaceAll('\n', '\r')],
    ['no cue numbers', bare],
    ['no blank lines between cues', srt.replaceAll('\n\n', '\n')],
    ['several blank lines between cues', srt.replaceAll('\n\n', '\n \n\t\n\n')],
    ['no line end at the end', srt.trimEnd()],
    ['cue numbers that start at 0', srt.replace(/^1$/m, '0').replace(/^2$/m, '1')],
    ['cue numbers that restart', srt.replace(/^2$/m, '1')],
    ['dots and no hours', srt.replaceAll(',', '.').replaceAll('00:00:', '00:').replace('tree.', 'tree,')],
    ['few digits in the milliseconds', srt.replace(',500', ',5').replace(',250', ',25').replaceAll(',000', '')],
    ['SRT coordinates', srt.replaceAll(/(-->.*)/g, '$1  X1:40 X2:600 Y1:20 Y2:50')],
    ['cue settings', srt.replaceAll(/(-->.*)/g, '$1\talign:start position:10%,line-left')],
    ['no spaces around the arrow', srt.replaceAll(' --> ', '-->')],
    ['a VTT header', `WEBVTT\n\n${bare}`],
    ['a VTT header with text and metadata', `WEBVTT - heaps\nKind: captions\nLanguage: en\n\n${bare}`],
    ['a VTT header without a blank line', `WEBVTT\n${bare}`],
    ['blank lines before the VTT header', `\ufeff\n\nWEBVTT\n\n${srt}`],
    ['VTT cue identifiers', bare.replaceAll(/^(.*-->)/gm, 'intro - part one\n$1')],
    ['NOTE blocks', `WEBVTT\n\nNOTE made by hand -->\n\nNOTE\nof two lines\n\n${bare}\n\nNOTE the end\n`],
    ['STYLE and REGION blocks', `WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:left\n\n${bare}`],
    ['a second file joined to a first', `WEBVTT\n\n${bare.replace('\n\n', '\n\n\ufeffWEBVTT\nKind: captions\n\n')}`],
    ['empty cues', `${srt}\n3\n00:07,000 --> 00:08,000\n\n4\n00:08,000 --> 00:09,000\n<i> </i>&nbsp;{\\an8}\u200b\n`],
    ['cues in no order', `${srt.slice(srt.indexOf('2\n00'))}\n${srt.slice(0, srt.indexOf('2\n00'))}`],
  ])('from a file with %s, whatever it is declared as', (_, content) => {
    expect(parseCaptions(content, 'VTT')).toEqual(cues);
    expect(parseCaptions(content, 'SRT')).toEqual(cues);
  });
});

describe('parseCaptions keeps the times', () => {
  it.each([
    ['00:00.000 --> 00:00.001', 0, 1],
    ['1:02:03.4 --> 100:00:00', 3_723_400, 360_000_000],
    ['75:00.000 --> 99:59.999', 4_500_000, 5_999_999],
    ['  00:00:01, --> 00:00:02.07', 1000, 2070],
  ])('of %s', (timing, startMs, endMs) => {
    expect(parseCaptions(`${timing}\nword`, 'SRT')).toEqual([{ startMs, endMs, text: 'word' }]);
  });

  it('of overlapping cues and of cues that do not end after they begin, stable for equal starts', () => {
    const content = '00:05.000 --> 00:01.000\nb\n\n00:05.000 --> 00:05.000\nc\n\n00:01.000 --> 00:09.000\na';
    expect(parseCaptions(content, 'SRT')).toEqual([
      { startMs: 1000, endMs: 9000, text: 'a' },
      { startMs: 5000, endMs: 1000, text: 'b' },
      { startMs: 5000, endMs: 5000, text: 'c' },
    ]);
  });
});

describe('parseCaptions keeps what was spoken', () => {
  it.each([
    ['decodes entities', 'it&#39;s 3&nbsp;&lt;&nbsp;4 &amp; caf&eacute; &#x1F600;', "it's 3 < 4 & café 😀"],
    ['decodes entities once', '&amp;lt;b&amp;gt; is &amp;amp;', '&lt;b&gt; is &amp;'],
    ['leaves what is no entity', 'AT&T, R&notes; &copy that &', 'AT&T, R&notes; &copy that &'],
    [
      'removes tags of VTT',
      '<v Mary Ann>so <c.yellow.big>we</c> <00:00:01.000>go</v> <lang en-GB>on</lang>',
      'so we go on',
    ],
    ['removes tags of SRT', '{\\an8}<font color="#fff">so</font> <B>we</B>{\\i1} <i>go</i>', 'so we go'],
    ['breaks lines at <br>', 'one<br/>two<BR>three', 'one\ntwo\nthree'],
    ['keeps a bare <', 'a < b and x<y, then y>z', 'a < b and x<y, then y>z'],
    ['keeps code and formulas', 'a <div>, a List<V>, {\\pi}, {x}', 'a <div>, a List<V>, {\\pi}, {x}'],
    ['keeps an escaped tag', '&lt;i&gt; makes italics', '<i> makes italics'],
    ['folds blanks and drops blank lines', '  one \t two\u00a0\u00a0 \n&nbsp;\n three ', 'one two\nthree'],
    ['keeps languages without spaces', '今日は\u3000木の話。\n他', '今日は\u3000木の話。\n他'],
    ['keeps text from right to left', '\u200fשלום, مرحبا\u200f', '\u200fשלום, مرحبا\u200f'],
    ['mends lone surrogates', 'a\ud83d b\ude00 &#xD83D;', 'a\ufffd b\ufffd \ufffd'],
    ['drops control characters written as entities', 'a&#1;b&#0;&#10;&#27;c', 'ab\ufffd\nc'],
    ['takes a number for text', '42', '42'],
    ['takes a number inside a text for text', 'the answer:\n42', 'the answer:\n42'],
    [
      'takes NOTE for text right below its times',
      'NOTE that trees have roots\nSTYLE',
      'NOTE that trees have roots\nSTYLE',
    ],
    ['goes on after a blank line', 'one\n\ntwo\nthree\n \nfour', 'one\ntwo\nthree\nfour'],
    ['starts after a blank line', '\none', 'one'],
  ])('and %s', (_, spoken, text) => {
    expect(textOf(spoken)).toBe(text);
  });

  it('after a blank line, unless a timing follows as the first or second line', () => {
    const next = '00:02.000 --> 00:03.000\nnext';
    expect(texts(`${TIMING}\none\n\n${next}`)).toEqual(['one', 'next']);
    expect(texts(`${TIMING}\none\n\nan identifier\n${next}`)).toEqual(['one', 'next']);
    expect(texts(`${TIMING}\none\n\ntwo\nthree\n${next}`)).toEqual(['one\ntwo\nthree', 'next']);
    expect(texts(`${TIMING}\none\n\ntwo\n2\n${next}`)).toEqual(['one\ntwo', 'next']);
    expect(texts(`${TIMING}\none\n\n2\n\n${next}`)).toEqual(['one\n2', 'next']);
  });

  it('when a paragraph of SRT begins with NOTE, which in VTT is a remark', () => {
    const content = `${TIMING}\none\n\nNOTE two\nthree\n\nfour`;
    expect(texts(content, 'SRT')).toEqual(['one\nNOTE two\nthree\nfour']);
    expect(texts(content, 'VTT')).toEqual(['one\nfour']);
    expect(texts(`WEBVTT\n\n${content}`, 'SRT')).toEqual(['one\nfour']);
  });

  it('when a timing follows a NOTE without a blank line', () => {
    expect(texts(`WEBVTT\n\nNOTE see below\n${TIMING}\none`)).toEqual(['one']);
  });
});

describe('parseCaptions refuses', () => {
  it.each<[string, string, CaptionFormat, number, RegExp]>([
    [
      'times that cannot be read',
      `${TIMING}\none\n\n00:0x --> 00:03\ntwo`,
      'VTT',
      4,
      /times .* cannot be read\. Write/,
    ],
    ['a missing end', '1\r\n00:00:01,000 -->\r\none', 'SRT', 2, /cannot be read/],
    ['four digits of milliseconds', '00:01.0000 --> 00:02.000\none', 'VTT', 1, /cannot be read/],
    ['an arrow inside a text', `${TIMING}\nx --> 0`, 'SRT', 2, /--&gt;/],
    ['minutes above 59 after hours', '1\n00:75:00 --> 01:20:00\none', 'SRT', 2, /up to 59/],
    ['seconds above 59', '00:01.000 --> 00:60.000\none', 'VTT', 1, /up to 59/],
    ['text before the first cue', `\ufeff1\rHeaps\r\n\r\n${TIMING}\none`, 'SRT', 2, /before the first cue/],
    ['a NOTE before the first cue of SRT', `NOTE by hand\n\n${TIMING}\none`, 'SRT', 1, /before the first cue/],
    ['an empty file', '', 'VTT', 1, /no cue found/],
    ['a file of prose', 'A heap is a tree.', 'SRT', 1, /no cue found/],
    ['a header alone', 'WEBVTT\n\nNOTE -->\n', 'VTT', 1, /no cue found/],
    ['cues without a word', `${TIMING}\n\n${TIMING}\n<i></i>`, 'VTT', 1, /no cue found/],
    ['a file with NUL', `${TIMING}\none\n\0\n`, 'SRT', 3, /UTF-8/],
    ['a file with control characters', '\u0089PNG\r\n\u001a\n', 'SRT', 2, /UTF-8/],
    ['a line of 50,001 characters', `${TIMING}\n${'x'.repeat(50_001)}`, 'SRT', 2, /Break it/],
    ['too many bytes', `${TIMING}\n${'é'.repeat(MAX_CAPTION_BYTES / 2)}`, 'SRT', 1, /5 MB/],
  ])('%s, with the line', (_, content, format, line, message) => {
    const refusal = refusalOf(content, format);
    expect(refusal.line).toBe(line);
    expect(refusal.message).toMatch(message);
  });

  it('one cue too many, with the line of its times; cues without a word do not count', () => {
    const most = `${TIMING}\none\n\n`.repeat(MAX_CUES);
    expect(parseCaptions(`${most}${TIMING}\n`, 'SRT')).toHaveLength(MAX_CUES);
    expect(refusalOf(`${most}7\n${TIMING}\none`)).toMatchObject({ line: 3 * MAX_CUES + 2, name: 'CaptionError' });
  });
});

describe('parseCaptions ends soon', () => {
  const units = ['<', '<i ', '&', '&#1', '{\\a1', '-->', '-->\n', '\n', '\r', ' ', '1\n'];
  const openings = [`${TIMING}\n`, `${TIMING}\n<v `];

  // No clock: an expression that is quadratic needs hours for 5 MB, and jest's own limit for a test ends it.
  it.each(units)('for 5 MB of %j', (unit) => {
    for (const opening of openings) {
      const content = opening + unit.repeat((MAX_CAPTION_BYTES - opening.length) / unit.length);
      try {
        expect(parseCaptions(content, 'VTT')).toEqual(expect.any(Array));
      } catch (error) {
        expect(error).toBeInstanceOf(CaptionError);
      }
    }
  });
});

describe('renderVtt', () => {
  it('writes a WebVTT file with escaped text', () => {
    const cues = [
      { startMs: 0, endMs: 61_005, text: 'if a < b && c > d\n--> "go"' },
      { startMs: 362_439_999, endMs: 1, text: '&lt;' },
    ];
    expect(renderVtt(cues)).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:01:01.005\nif a &lt; b &amp;&amp; c &gt; d\n--&gt; "go"\n\n' +
        '100:40:39.999 --> 00:00:00.001\n&amp;lt;\n',
    );
  });

  it.each([
    ['an arrow', `one\n${TIMING.replace('>', '&gt;')}`],
    ['tags', '&lt;i&gt;one&lt;/i&gt; <<i>b> a<b'],
    ['entities', '&amp;amp; &amp;#39; &amp;nbsp;'],
    ['style overrides', '&#123;\\an8} {\\{\\an8}an8} {\\frac}'],
    ['words of the format', 'WEBVTT\nNOTE one\n42\nSTYLE'],
    ['letters of all kinds', '今日は\u3000木 مرحبا 😀 \ud83d'],
  ])('gives back %s to parseCaptions', (_, spoken) => {
    const cues = parseCaptions(`${TIMING}\n${spoken}\n\n00:01.000 --> 00:00.500\n7`, 'SRT');
    expect(parseCaptions(renderVtt(cues), 'VTT')).toEqual(cues);
    expect(parseCaptions(renderVtt(cues), 'SRT')).toEqual(cues);
  });
});
