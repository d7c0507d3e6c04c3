// Asks every question over HTTP and keeps what reached the model.
import { signAccessToken } from '../dist/accounts/access-token.js';
import { register } from '../dist/accounts/account.service.js';
import { openSession } from '../dist/accounts/session.service.js';
import { transaction } from '../dist/shared/app.js';

const ASK = `mutation Ask($input: AskTutorInput!) {
  askTutor(input: $input, wait: true) { status failureMessage }
}`;

/** One account for each question: what others asked before would stand among the earlier turns. */
export async function enrol(app, questions) {
  const students = new Map();
  for (const { number } of questions) {
    const account = { username: `student${number}`, email: `student${number}@lectern.example`, role: 'STUDENT' };
    const { user } = await register(app, { ...account, password: 'watch and ask' });
    students.set(number, user.id);
  }
  return students;
}

/** @returns per question's number the messages that its last turn sent to the model */
export async function askAll({ server, recorder, lectures, students, questions }) {
  const prompts = new Map();
  for (const question of questions) {
    const userId = students.get(question.number);
    const { sessionId } = await transaction(server.app, (em) => openSession(server.app, em, userId));
    const token = signAccessToken(server.app, userId, sessionId);
    const { lessonId } = lectures.get(question.lecture);
    const { earlier, message, at } = question;
    if (earlier) {
      recorder.say(earlier.response);
      await ask(server.url, token, { lessonId, message: earlier.message });
    }
    recorder.say('An answer.');
    await ask(server.url, token, { lessonId, message, timestampVideo: at });
    prompts.set(question.number, recorder.last().messages);
  }
  return prompts;
}

async function ask(url, token, input) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: ASK, variables: { input } }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`"${input.message}" was refused: ${errors[0].message}`);
  if (data.askTutor.status !== 'COMPLETED') throw new Error(`"${input.message}": ${data.askTutor.failureMessage}`);
}
