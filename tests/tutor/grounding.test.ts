import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseCaptions } from '../../src/videos/captions.js';
import { CaptionFormat } from '../../src/videos/transcript.type.js';
import { ok } from '../support/client.js';
import { AskTutorDocument, SetTranscriptDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, student, vttOf } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { startTestServer } from '../support/server.js';

interface Question {
  lecture: string;
  transcript: string;
  kind: string;
  split: string;
  at: string | null;
  earlier?: { message: string; response: string };
  message: string;
  needed: [from: number, to: number][];
}

const ROOT = join(import.meta.dirname, '../..');
/** Two of each kind, of those that `npm run eval:grounding` asks; all of them were found when they were chosen. */
const CHOSEN = [
  'Why is that one more expensive?',
  "Why isn't six enough?",
  "Which bug did Joshua Bloch report in Java's library?",
  'What is the pigeonhole principle?',
  'Is it worth putting things in order if I only need to look something up a couple of times?',
  'Why does looking up a person by given name not profit from the phone book?',
  'What does it cost at 90 percent?',
  'So how many lookups can it do in a second?',
  'Kapan pengurutan itu terbayar?',
  'Maksudnya apa?',
  'Apa itu pivot?',
  'Siapa yang menulis merge sort pada tahun 1945?',
];

describe('of the demo lectures, the cues that an answer needs are in a prompt of 2,000 tokens', () => {
  it('whether asked about the moment or elsewhere, in the same words or others, in a follow-up or in Indonesian', async () => {
    const { questions, askAbout } = await lectureHall();
    const missing: string[] = [];
    for (const question of questions) {
      const prompt = await askAbout(question);
      const lost = neededTexts(question).filter((text) => !prompt.includes(text));
      missing.push(...lost.map((text) => `${question.message} – ${text}`));
    }
    expect(questions).toHaveLength(CHOSEN.length);
    expect(missing).toEqual([]);
  });
});

describe('what is asked about is the transcript', () => {
  it('as it was last set, also when it was asked about before', async () => {
    const { ask, replace } = await scriptedRoom();
    expect(await ask('Why is a bad pivot slow?')).toContain('A bad pivot makes quicksort slow.');
    await replace([[0, 'A bad pivot is a bad day.']]);
    const prompt = await ask('Why is a bad pivot slow?');
    expect(prompt).toContain('A bad pivot is a bad day.');
    expect(prompt).not.toContain('makes quicksort slow');
  });

  it('with what is said around a match, though another transcript was staged between its cues', async () => {
    const { ask, replace, server, lessonId, teacher } = await scriptedRoom();
    const filler = (from: number) => [...Array(150).keys()].map((n) => [from + n * 60, `filler ${n}`] as const);
    const spoken = [...filler(0), [9_000, 'Before the zebra.'], [9_003, 'A zebra!'], [9_006, 'After it.']] as const;
    const other = { lessonId, language: 'fr', format: 'VTT', content: vttOf(filler(0)) } as const;
    await Promise.all([replace(spoken), ok(server.url, SetTranscriptDocument, { input: other }, teacher.token)]);
    expect(await ask('Where is the zebra?')).toContain('[2:30:00] Before the zebra. A zebra! After it.');
  });
});

async function scriptedRoom() {
  const found = await scriptedClassroom();
  const { server, model, lessonId, teacher, sam } = found;
  model.always((call) => call.say('An answer.').finish());
  async function replace(cues: Parameters<typeof vttOf>[0]): Promise<void> {
    const input = { lessonId, language: 'en', format: 'VTT', content: vttOf(cues) } as const;
    await ok(server.url, SetTranscriptDocument, { input }, teacher.token);
  }
  async function ask(message: string): Promise<string> {
    await ok(server.url, AskTutorDocument, { input: { lessonId, message }, wait: true }, sam.token);
    return model.calls.at(-1)?.prompt ?? '';
  }
  return { ...found, ask, replace };
}

async function lectureHall() {
  const model = await startScriptedModel();
  const env = { ...model.env, TUTOR_MAX_PROMPT_TOKENS: '2000', CREDITS_PER_1K_INPUT: '0', CREDITS_PER_1K_OUTPUT: '0' };
  const server = await startTestServer({ env });
  const teacher = await instructor(server);
  const courseId = await courseOf(server, teacher, 'How Computers Find Things');
  const lessonIds: string[] = [];
  for (const { title, transcripts } of lessons()) {
    const lessonId = await lessonOf(server, teacher, courseId, { title });
    for (const { language, file } of transcripts) {
      const input = { lessonId, language, format: 'VTT', content: demoFile(file) } as const;
      await ok(server.url, SetTranscriptDocument, { input }, teacher.token);
    }
    lessonIds.push(lessonId);
  }
  async function askAbout({ lecture, at, message, earlier }: Question): Promise<string> {
    const lessonId = lessonIds[Number(lecture.slice('demo/'.length)) - 1] ?? '';
    const asker = await student(server, `student${model.calls.length}`);
    const turns = earlier ? [earlier, { message, response: 'An answer.' }] : [{ message, response: 'An answer.' }];
    for (const turn of turns) {
      model.always((call) => call.say(turn.response).finish());
      const input = { lessonId, message: turn.message, timestampVideo: turn.message === message ? at : null };
      await ok(server.url, AskTutorDocument, { input, wait: true }, asker.token);
    }
    return oneLine(model.calls.at(-1)?.prompt ?? '');
  }
  return { questions: readQuestions(), askAbout };
}

function readQuestions(): Question[] {
  const lines = readFileSync(join(ROOT, 'eval/questions.jsonl'), 'utf8').trim().split('\n');
  const all = lines.map((line): Question => JSON.parse(line));
  return all.filter(
    ({ lecture, split, message }) => lecture.startsWith('demo/') && split === 'dev' && CHOSEN.includes(message),
  );
}

function neededTexts({ lecture, transcript, needed }: Question): string[] {
  const lesson = lessons()[Number(lecture.slice('demo/'.length)) - 1];
  const file = lesson?.transcripts.find(({ language }) => language === transcript)?.file ?? '';
  return parseCaptions(demoFile(file), CaptionFormat.VTT)
    .filter(({ startMs, endMs }) => {
      const middle = (startMs + endMs) / 2000;
      return needed.some(([from, to]) => middle >= from && middle < to);
    })
    .map(({ text }) => oneLine(text));
}

function lessons(): { title: string; transcripts: { language: string; file: string }[] }[] {
  return JSON.parse(demoFile('course.json')).lessons;
}

function demoFile(name: string): string {
  return readFileSync(join(ROOT, 'demo', name), 'utf8');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
