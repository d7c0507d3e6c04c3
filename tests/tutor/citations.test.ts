import { describe, expect, test } from '@jest/globals';
import { type CitableCue, findMarks, verifyCitations } from '../../src/tutor/citations.js';

/** A lecture of our own, a cue each four seconds from 12:20 to 12:56, and one at 15:00. */
const LECTURE = [
  cue(740, 'Today we look at motion on ice.'),
  cue(744, 'A puck slides without any friction,'),
  cue(748, 'and nobody touches it any more.'),
  cue(752, 'What happens to its speed?'),
  cue(756, 'Newton answers in his first law:'),
  cue(760, 'because the net force is zero,'),
  cue(764, 'the velocity remains constant'),
  cue(768, "and its direction doesn't change."),
  cue(772, 'Now we come to the second law, F = k x.'),
  cue(900, 'An elephant on the table stays where it is.'),
];

describe('findMarks', () => {
  test.each([
    ['[12:40]', [null, 760, null]],
    ['(12:40)', [null, 760, null]],
    ['[1:02:03]', [null, 3723, null]],
    ['[75:00]', [null, 4500, null]],
    ['[12:40-12:55]', [null, 760, 775]],
    ['[12:40–12:55]', [null, 760, 775]],
    ['[L7 12:40]', [7, 760, null]],
    ['[12:40, 13:05]', [null, 760, null, null, 785, null]],
    ['[L7 12:40; 13:05 - 13:10, L8 1:00]', [7, 760, null, 7, 785, 790, 8, 60, null]],
    ['([12:40])', [null, 760, null]],
    ['[12:40](#t=760)', [null, 760, null]],
  ])('understands %s', (text, expected) => {
    expect(findMarks(text).flatMap((mark) => [mark.lessonId, mark.seconds, mark.endSeconds])).toEqual(expected);
  });

  const others = '12:40|[12:75]|[99:99:99]|[1:2]|[-1:00]|[12]|[see 12:40]|[12:40, below]|[12:40|[]|[L 1:00]|[12:40)';
  test.each(others.split('|'))('does not take %s for a mark', (text) => {
    expect(findMarks(text)).toEqual([]);
  });

  test('says where each bracket stands', () => {
    const answer = 'Zero [12:40, 12:44] and (1:00).';

    const places = findMarks(answer).map(({ from, to }) => answer.slice(from, to));

    expect(places).toEqual(['[12:40, 12:44]', '[12:40, 12:44]', '(1:00)']);
  });
});

describe('a citation', () => {
  test('gives the moment of the mark and the cue over it', () => {
    expect(verify('The net force on the puck is zero [12:40].')).toEqual([
      { lessonId: 3, timestamp: '12:40', startSeconds: 760, endSeconds: 764, quote: 'because the net force is zero,' },
    ]);
  });

  test('quotes of several cues the one that shares most words with the sentence', () => {
    const cues = [cue(758, 'so the question is'), cue(759, 'why the velocity\nremains constant'), cue(760, 'on ice')];
    const answer = 'Its velocity remains constant [12:40]. The question is of ice [12:40].';

    expect(quotes(answer, { cues })).toEqual(['why the velocity remains constant']);
  });

  test('quotes the neighbours that a quotation reaches into, word for word', () => {
    const answer = 'He says "Zero, the velocity remains constant and" [12:44].';

    const citations = verify(answer, { cues: LECTURE.toReversed() });

    const quote = "because the net force is zero, the velocity remains constant and its direction doesn't change.";
    expect(citations).toEqual([{ lessonId: 3, timestamp: '12:44', startSeconds: 760, endSeconds: 772, quote }]);
  });

  test('quotes the cue over the mark alone when the quotation stands in a neighbour', () => {
    expect(quotes('He says "its direction" [12:40].')).toEqual(['because the net force is zero,']);
  });

  test('is of the lesson that the mark names, when cues of that were given', () => {
    const cues = [...LECTURE, cue(60, 'Mass resists a change.', { lessonId: 7 })];

    expect(verify('Mass resists [L7 1:00], [L8 1:00], [1:00].', { cues })).toEqual([
      { lessonId: 7, timestamp: '01:00', startSeconds: 60, endSeconds: 64, quote: 'Mass resists a change.' },
    ]);
  });

  test('of a cue that does not end after it begins has the instant of its start', () => {
    const cues = [cue(760, 'net force zero', { endMs: 700_000 })];

    expect(verify('Net force [12:40]. Net force [12:39]. Net force [12:41].', { cues })).toEqual([
      { lessonId: 3, timestamp: '12:40', startSeconds: 760, endSeconds: 760, quote: 'net force zero' },
    ]);
  });
});

describe('marks are kept', () => {
  test.each([
    ['where two content words were said', 'The velocity remains [12:44].', '12:44'],
    ['whatever the number, case and accents of those words', 'VELOCITIES and fòrces [12:40]', '12:40'],
    ['in the order of the answer, and a second once', 'Net force [12:44, 12:40]. Net force [12:44].', '12:44 12:40'],
    ['not where the cues say something else', 'The velocity remains constant [15:00].', ''],
    ['each for itself in a sentence with several', 'Constant velocity [12:40], [15:00] and (12:48).', '12:40 12:48'],
    ['not for one content word', 'A rocket needs force [12:40].', ''],
    ['not for stop words and single letters', 'What it is that we do not do, k and x [12:52].', ''],
    ['not for a sentence of nothing but marks', '[12:40]\n- [12:44]\n(12:48), [12:52].', ''],
    ['not near cues but beside all of them', 'Motion on ice [12:19]. Second law [12:56].', ''],
    ['not past the end', 'The net force is zero [59:00].', ''],
    ['at the beginning of a range', 'Constant velocity [12:40-15:00]. Constant velocity [12:00-12:44].', '12:40'],
    ['after the full stop of their sentence', 'Constant velocity. [12:40] (12:44) Paris. [12:48]', '12:40 12:44'],
    ['not for the sentence behind', 'Elephants like Paris. [12:40] The velocity is constant.', ''],
    ['after emphasis', '**Constant velocity.** [12:40] Elephants like Paris [12:44].', '12:40'],
    ['before the sentence at the beginning of a line', '[12:40] Constant velocity.\n[12:44] Net force.', '12:40 12:44'],
    ['for their own item of a list', '- Net force [12:40]\n- Paris [12:44]\n1. [12:48] Net force', '12:40 12:48'],
    ['not for the line before', 'The velocity remains constant.\n[12:40]', ''],
    ['across a number and an abbreviation', 'Constant at 3.5 m, e.g. the velocity [12:44].', '12:44'],
    ['where all that is in quotation marks was said', '"net force is zero" [12:40]', '12:40'],
    ['without regard to case, punctuation and accents', '“NET förce: is zero…” [12:40]', '12:40'],
    ['not for words in another order', '"the zero net force" [12:40]', ''],
    ['not for words that were not said in a row', '"the force is zero" [12:40]', ''],
    ['not for parts of words', '"et force is zer" [12:40]', ''],
    ['not for a quotation from elsewhere', '"an elephant on the table" [12:40]', ''],
    ['not beside an invented quotation', '"net force" [12:40], "lost energy" [12:44]. Net force [12:45].', '12:45'],
    ['near one of several quotations', '"net force" [12:40], "an elephant" [15:00], and so on [12:22].', '12:40 15:00'],
    ['not with a full stop within an invented quotation', '"It falls. So it is." says the net force [12:44].', ''],
    ['with a full stop within a quotation', '"its direction doesn’t change. Now we come" [12:50]', '12:50'],
    ['beside apostrophes', "The puck's velocity doesn't change, it's the students' favourite [12:44].", '12:44'],
    ['beside curly apostrophes', 'The puck’s velocity doesn’t change, it’s the students’ favourite [12:44].', '12:44'],
    ['beside a leading apostrophe', '‘Tis the constant velocity that doesn’t change [12:44].', '12:44'],
    ['not for an invention around an apostrophe', "'its direction doesn't ever change' [12:48]", ''],
    ['not for an invention around a curly apostrophe', '‘its direction doesn’t ever change’ [12:48]', ''],
    ['beside inches', 'A 3" puck and a 5" puck keep their velocity without friction [12:40].', '12:40'],
  ])('%s', (_, answer, kept) => {
    expect(timestamps(answer)).toBe(kept);
  });

  test.each(['"…"', '“…”', '„…“', '«…»', '« … »', '»…«', '‘…’', "'…'", '「…」'])(
    'only for a true quotation in %s',
    (form) => {
      expect(timestamps(`He says ${form.replace('…', 'the net force is zero')} [12:40].`)).toBe('12:40');
      expect(timestamps(`The net force is zero: ${form.replace('…', 'the net force was zero')} [12:40].`)).toBe('');
    },
  );

  test('in the second that a cue overlaps, which lasts until the next begins', () => {
    const cues = [cue(758, 'net force zero', { endMs: 760_000 }), cue(761.9, 'net force zero')];
    const answer = ['12:37', '12:38', '12:39', '12:40', '12:41', '12:42']
      .map((time) => `Net force [${time}].`)
      .join(' ');

    expect(timestamps(answer, { cues })).toBe('12:38 12:39 12:41 12:42');
  });

  test('up to 15 s before and after what was quoted', () => {
    const cues = [cue(740, 'an early word', { endMs: 745_000 }), cue(758, 'the middle'), cue(775, 'a late word')];

    expect(timestamps('"early word" [12:40]. "early word" [12:41].', { cues })).toBe('12:40');
    expect(timestamps('"late word" [12:40]. "late word" [12:39].', { cues })).toBe('12:40');
  });

  test('not for a quotation across the place of a missing cue, which positions or a pause show', () => {
    const said = (second: Partial<CitableCue>) => [
      cue(760, 'force is zero', { position: 8 }),
      cue(764, 'velocity', second),
    ];
    const verdict = (second: Partial<CitableCue>) => timestamps('"is zero velocity" [12:40]', { cues: said(second) });

    expect(verdict({ position: 9 })).toBe('12:40');
    expect(verdict({ position: 10 })).toBe('');
    expect(verdict({})).toBe('12:40');
    expect(verdict({ startMs: 770_000, endMs: 774_000 })).toBe('');
  });

  test('without shared words when the answer is in another or an unknown language', () => {
    expect(timestamps('Kecepatannya tetap [12:40].', { answerLanguage: 'id' })).toBe('12:40');
    expect(timestamps('Kecepatannya tetap [12:40].', { answerLanguage: null })).toBe('12:40');
    expect(timestamps('Kecepatannya tetap [12:40].', { answerLanguage: 'en-GB' })).toBe('');
    expect(timestamps('Dan ini adalah itu [12:40].', { answerLanguage: 'id' })).toBe('');
    expect(timestamps('[12:40]', { answerLanguage: null })).toBe('');
  });

  test('for what was quoted in whatever language the answer is', () => {
    expect(timestamps('Katanya "net force is zero" [12:40].', { answerLanguage: 'id' })).toBe('12:40');
    expect(timestamps('Katanya "gaya total nol" [12:40].', { answerLanguage: 'id' })).toBe('');
  });

  test('in scripts that put no spaces between words', () => {
    const cues = [
      cue(760, '力がはたらか', { language: 'ja' }),
      cue(764, 'ないので速度は一定です。', { language: 'ja' }),
    ];
    const facts = { cues, answerLanguage: 'ja' };

    expect(quotes('「はたらかないので速度は一定」と言う。[12:40]', facts)).toEqual([
      '力がはたらか ないので速度は一定です。',
    ]);
    expect(quotes('「はたらかないので速度は二倍」と言う。[12:40]', facts)).toEqual([]);
  });
});

describe('64 kB and 3,000 cues take linear time', () => {
  const cues = Array.from({ length: 3000 }, (_, place) =>
    cue(place * 1.2, `ball ${place} keeps its constant velocity`),
  );
  const mark = (place: number) => `[${10 + (place % 50)}:${10 + (place % 49)}]`;
  const filled = (part: (place: number) => string) => Array.from({ length: 65_536 }, (_, n) => part(n)).join('');
  const repeated = `[|(|"|'|“|‘|„|«|「|“a | 'a|[12:40] |[12:40, |[L1 |. [12:40]|\n`.split('|');

  test.each<[string, string]>([
    ...repeated.map((part): [string, string] => [`of ${JSON.stringify(part)}`, filled(() => part)]),
    ['of one list that no bracket closes', `[${filled(() => '12:40,')}`],
    ['of different marks', filled(mark)],
    ['of lines with a quotation and a mark', filled((n) => `"ball" ${mark(n)}\n`)],
    ['of one sentence with quotations and marks', filled((n) => (n % 2 ? '"ball" ' : mark(n)))],
    ['of one sentence with marks and different words', filled((n) => (n < 500 ? mark(n) : `ball velocity ${n} `))],
    ['of accents on one letter', `[12:40] a${filled((n) => (n % 2 ? '\u0301' : '\u0316'))}`],
  ])('%s', (_, text) => {
    const times = [1, 2, 3].map(() => {
      const begun = process.cpuUsage();
      verify(text.slice(0, 65_536), { cues });
      return process.cpuUsage(begun).user;
    });

    // CPU time, which does not count the waits for other processes; at most 0.16 s for a single first run when written.
    expect(Math.min(...times)).toBeLessThan(400_000);
  });
});

interface Facts {
  cues?: CitableCue[];
  answerLanguage?: string | null;
}

function verify(answer: string, facts: Facts = {}) {
  return verifyCitations(answer, { lessonId: 3, cues: LECTURE, answerLanguage: 'en', ...facts });
}

function timestamps(answer: string, facts: Facts = {}): string {
  return verify(answer, facts)
    .map((citation) => citation.timestamp)
    .join(' ');
}

function quotes(answer: string, facts: Facts = {}): string[] {
  return verify(answer, facts).map((citation) => citation.quote);
}

function cue(seconds: number, text: string, facts: Partial<CitableCue> = {}): CitableCue {
  return { lessonId: 3, language: 'en', startMs: seconds * 1000, endMs: seconds * 1000 + 4000, text, ...facts };
}
