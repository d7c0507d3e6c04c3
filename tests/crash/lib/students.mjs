// What students do while a server lives: they ask in every way that there is, and come back to what they have not
// seen the end of. A connection that breaks while the server lives is a fault, and so is every refusal.
import { setTimeout as pause } from 'node:timers/promises';
import { ASK, CANCEL, post, Refusal } from './api.mjs';
import { Question } from './question.mjs';
import { Violation } from './violation.mjs';

const LONGEST_PAUSE_MS = 200;
const LONGEST_LOOK_MS = 700;
const HABITS = [watch, watch, sendTwice, reload, reload, cancel, cancel, attach, attachTwice, waitForAnswer];

/**
 * @param life of the server: ends with `life.dead`
 * @param questions all that were asked and are not settled; what is asked is added
 * @returns a promise of the end of it all; rejects at once with the first violation
 */
export function useServer({ port, students, lessonId }, life, questions, { asking }) {
  const desk = { port, life };
  const comingBack = questions
    .filter(({ over }) => !over)
    .map((question) => guard(life, () => comeBack(desk, question)));
  const askingOn = asking
    ? students.map((student) => guard(life, () => askOn(desk, student, lessonId, questions)))
    : [];
  return Promise.all([...comingBack, ...askingOn]);
}

async function askOn(desk, student, lessonId, questions) {
  for (let number = 1; ; number++) {
    await aWhile(desk, LONGEST_PAUSE_MS);
    const question = new Question(student, `${desk.life.index}-${student.name}-${number}`, lessonId);
    questions.push(question);
    const habit = HABITS[Math.floor(Math.random() * HABITS.length)];
    question.habit = habit.name;
    await habit(desk, question);
  }
}

async function guard(life, work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof Violation) throw error;
    if (error instanceof Refusal) throw new Violation('the server refused', { code: error.code, text: error.message });
    if (!life.dead.aborted) throw new Violation('a connection broke while the server lived', { error });
  }
}

/** As a client library does: the same operation again, from where the text ended. */
async function comeBack(desk, question) {
  const attached = question.chatId !== null && Math.random() < 0.3;
  await question.follow(desk, attached ? 'attach' : 'ask', question.text.length).over;
}

async function watch(desk, question) {
  await question.follow(desk, 'ask', 0).over;
}

async function sendTwice(desk, question) {
  await Promise.all([question.follow(desk, 'ask', 0).over, question.follow(desk, 'ask', 0).over]);
}

async function reload(desk, question) {
  const first = question.follow(desk, 'ask', 0);
  await Promise.all([first.over, aWhile(desk, LONGEST_LOOK_MS).then(first.drop)]);
  if (!question.over) await comeBack(desk, question);
}

async function cancel(desk, question) {
  const stop = async () => {
    await aWhile(desk, LONGEST_LOOK_MS);
    const { chatId } = question;
    const name = chatId && Math.random() < 0.5 ? { chatId } : { clientRequestId: question.input.clientRequestId };
    try {
      question.tell('cancelTutor', await post(desk.port, CANCEL, name, question.student.token));
    } catch (error) {
      // The question may not have come to the server yet.
      if (error.code !== 'NOT_FOUND' || chatId) throw error;
    }
  };
  await Promise.all([question.follow(desk, 'ask', 0).over, stop()]);
}

async function attach(desk, question) {
  await askByHttp(desk, question);
  await question.follow(desk, 'attach', 0).over;
}

async function attachTwice(desk, question) {
  await askByHttp(desk, question);
  const later = aWhile(desk, LONGEST_LOOK_MS).then(() => question.follow(desk, 'attach', question.text.length).over);
  await Promise.all([question.follow(desk, 'attach', 0).over, later]);
}

async function waitForAnswer(desk, question) {
  await askByHttp(desk, question, true);
}

async function askByHttp({ port }, question, wait = false) {
  const { input, student } = question;
  question.tell('askTutor', await post(port, ASK, { input, wait }, student.token));
}

/** Ends with the server. */
function aWhile({ life }, longestMs) {
  return pause(Math.random() * longestMs, undefined, { signal: life.dead });
}
