// Students who come through the balancer, each time to another node: they ask, lose their connection, go on where
// they were, and stop answers.
import { setTimeout as pause } from 'node:timers/promises';
import { ASK, CANCEL, post, Refusal } from '../../crash/lib/api.mjs';
import { Question } from '../../crash/lib/question.mjs';
import { Violation } from '../../crash/lib/violation.mjs';

const LONGEST_PAUSE_MS = 1500;
const LONGEST_LOOK_MS = 900;
const AGAIN_MS = 150;
/** Of a question, from its ask to its end as the student sees it: an answer's lease, its sweep, and all that is tried again. */
const PATIENCE_MS = 100_000;
/** What a node may say while it, the database or its balancer fails. Everything else is a fault. */
const PASSING = new Set(['TUTOR_BUSY', 'TUTOR_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'UNAVAILABLE']);
const HABITS = [watch, watch, dropAndResume, dropAndResume, dropAndResume, cancel, cancel, waitForAnswer];

/** Whoever follows a stream has no life of a server in mind. */
const NO_LIFE = { index: 0, hasSpoken() {} };

/** Asks until `isOver()`, one question after another. @returns when the last has ended */
export async function study({ port, lessonId, figures, isOver }, student, questions) {
  for (let number = 1; !isOver(); number++) {
    await pause(Math.random() * LONGEST_PAUSE_MS);
    const question = new Question(student, `${student.name}-${number}`, lessonId);
    const habit = HABITS[Math.floor(Math.random() * HABITS.length)];
    question.habit = habit.name;
    questions.push(question);
    const desk = { port, life: NO_LIFE, figures, until: performance.now() + PATIENCE_MS };
    await persistently(desk, question, () => habit(desk, question));
    // However it was used: it is read to its end, from what was seen of it.
    while (!question.over) await persistently(desk, question, () => watch(desk, question));
  }
}

/** Again, as a client does, when the connection is lost or the node cannot just now. */
async function persistently({ figures, until }, question, work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Violation) throw error;
      const code = error instanceof Refusal ? error.code : 'a lost connection';
      figures.troubles[code] = (figures.troubles[code] ?? 0) + 1;
      if (error instanceof Refusal && !PASSING.has(code))
        question.blame('a node refused', { code, text: error.message });
      if (performance.now() > until) question.blame('a question had no end in time', { code });
      await pause(AGAIN_MS);
    }
  }
}

function streamOf(desk, question) {
  const how = question.chatId !== null && Math.random() < 0.5 ? 'attach' : 'ask';
  return question.follow(desk, how, question.text.length);
}

async function watch(desk, question) {
  await streamOf(desk, question).over;
}

async function dropAndResume(desk, question) {
  for (let times = 0; times < 4 && !question.over; times++) {
    const stream = streamOf(desk, question);
    // A refusal that comes after the race is met again by the next.
    stream.over.catch(() => {});
    await Promise.race([stream.over, pause(Math.random() * LONGEST_LOOK_MS)]);
    stream.drop();
    desk.figures.resumes++;
  }
}

async function cancel(desk, question) {
  const stop = async () => {
    await pause(Math.random() * LONGEST_LOOK_MS);
    const { chatId } = question;
    const name = chatId ? { chatId } : { clientRequestId: question.input.clientRequestId };
    await post(desk.port, CANCEL, name, question.student.token).then(
      (chat) => {
        desk.figures.cancels++;
        question.tell('cancelTutor', chat);
      },
      (error) => {
        // The question may not have come to a node yet.
        if (error.code !== 'NOT_FOUND' || chatId) throw error;
      },
    );
  };
  await Promise.all([watch(desk, question), stop()]);
}

async function waitForAnswer({ port }, question) {
  question.tell('askTutor', await post(port, ASK, { input: question.input, wait: true }, question.student.token));
}
