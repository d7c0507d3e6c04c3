import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { francAll } from 'franc-min';
import { likeness } from '../../src/tutor/latin-trigrams.js';
import { detectLanguage, pickLanguage } from '../../src/tutor/question-language.js';

const QUESTIONS: Record<string, string[]> = {
  en: ['What does he mean by that?', 'Why is the velocity constant here?', 'who is Newton', 'Why?'],
  id: ['Apa maksudnya?', 'Mengapa kecepatannya konstan di sini?', 'siapa Newton', 'Kenapa?'],
  es: ['¿Qué quiere decir con eso?', '¿Por qué la velocidad es constante aquí?', 'quién es Newton', '¿Por qué?'],
  de: ['Was meint er damit?', 'Warum ist die Geschwindigkeit hier konstant?', 'wer ist Newton', 'Warum?'],
  fr: ['Que veut-il dire par là ?', 'Pourquoi la vitesse est-elle constante ici ?', 'qui est Newton', 'Pourquoi ?'],
  pt: ['O que ele quer dizer com isso?', 'Como ela chegou a 42?', 'quem é Newton', 'o que é isso'],
  ja: ['どういう意味ですか？', 'なぜここでは速度が一定なのですか？', 'これは何', 'なぜ？'],
};

describe('pickLanguage', () => {
  test.each(Object.entries(QUESTIONS))(
    'finds the transcript in the language of a short question in %s',
    (language, questions) => {
      // given transcripts in English, Indonesian and the language of the question, which was loaded last
      const candidates = [...new Set(['en', 'id'].filter((it) => it !== language)), language];

      for (const question of questions) {
        expect({ question, picked: pickLanguage(question, candidates) }).toEqual({ question, picked: language });
      }
    },
  );

  test('tells Spanish from Portuguese by the words that they do not share', () => {
    expect(pickLanguage('¿Qué quiere decir con eso?', ['pt-BR', 'es-419'])).toBe('es-419');
    expect(pickLanguage('O que ele quer dizer com isso?', ['es-419', 'pt-BR'])).toBe('pt-BR');
  });

  test('returns the candidate as it was written and of two regions the first', () => {
    expect(pickLanguage('Why is the velocity constant?', ['id-ID', 'en-GB', 'en-US'])).toBe('en-GB');
  });

  test('knows a question without a stop word by its letters', () => {
    expect(pickLanguage('Braucht Photosynthese Licht?', ['en-US', 'de-DE'])).toBe('de-DE');
  });

  test('falls back to the first transcript when the question tells nothing', () => {
    expect(pickLanguage('42?', ['id', 'en'])).toBe('id');
    expect(pickLanguage('', ['es', 'en'])).toBe('es');
  });

  test('falls back to the first transcript when the question is in a script that none of them uses', () => {
    expect(pickLanguage('なぜここでは速度が一定なのですか？', ['id', 'en'])).toBe('id');
  });

  test('takes the only transcript whatever the question', () => {
    expect(pickLanguage('Warum?', ['en'])).toBe('en');
  });
});

describe('detectLanguage', () => {
  test.each([
    ['en', 'The velocity stays constant because no force acts on the puck. Nothing slows it down.'],
    ['id', 'Kecepatannya tetap karena tidak ada gaya yang bekerja pada benda itu. Tidak ada yang memperlambatnya.'],
    ['es', 'La velocidad permanece constante porque ninguna fuerza actúa sobre el disco. Nada lo frena.'],
    ['de', 'Die Geschwindigkeit bleibt gleich, weil keine Kraft auf die Scheibe wirkt. Nichts bremst sie.'],
    ['fr', "La vitesse reste constante parce qu'aucune force n'agit sur le palet. Rien ne le freine."],
    ['pt', 'A velocidade não muda, porque não há nenhuma força que atue no disco. Ele segue em frente.'],
    ['ja', '力がはたらかないので、速度は一定のままです。'],
    ['ko', '힘이 작용하지 않으므로 속도는 일정합니다.'],
  ])('knows an answer in %s', (language, answer) => {
    expect(detectLanguage(answer)).toBe(language);
  });

  test('does not let the marks of an answer change its language', () => {
    expect(detectLanguage('Kecepatannya tetap karena tidak ada gaya [12:40] [12:55] (13:05).')).toBe('id');
  });

  test.each(['', '42', '[12:40]', 'F = ma', 'Newton', 'Compare TCP e UDP'])('is not sure of %j', (text) => {
    expect(detectLanguage(text)).toBeNull();
  });
});

test('reads a long text in the time of its beginning', () => {
  const text = 'why is the velocity constant '.repeat(200_000);
  const begun = performance.now();

  expect(detectLanguage(text)).toBe('en');
  expect(pickLanguage(text, ['id', 'en'])).toBe('en');
  expect(performance.now() - begun).toBeLessThan(200);
});

test('looks trigrams up with the same result as asking each language for them', () => {
  const word = fc.oneof(
    fc.constantFrom('the', 'und', 'não', 'được', 'Straße', 'ço', 'I', '3.14', '“x”', '🎓', 'Привет', '世界'),
    fc.string(),
  );
  const property = fc.property(fc.array(word, { maxLength: 30 }), (words) => {
    const text = words.join(' ');
    expect(new Map(likeness(text))).toEqual(new Map(francAll(text, { minLength: 1 })));
  });
  fc.assert(property, { numRuns: 500 });
});
