// What must be true after each restart.
import { Violation } from './violation.mjs';

/** What subscribers saw may be lost for so long before the kill. */
const MAY_BE_LOST_MS = 250;
const ORPHANS_END_WITHIN_MS = 10_000;
const READY_WITHIN_MS = 2000;

export function checkReady({ readyMs, ownReadyMs }) {
  if (ownReadyMs >= READY_WITHIN_MS) throw new Violation('the server was not ready in time', { readyMs, ownReadyMs });
}

export function checkDatabase(database) {
  const integrity = database.integrity();
  if (integrity !== 'ok') throw new Violation('the database is damaged', { integrity });
  for (const [name, message] of Object.entries({
    foreignKeyFaults: 'a row names another that is not there',
    wrongBalances: 'a balance is not the sum of its entries',
    wrongSettlements: 'an answer is not settled as it should be',
    strayEntries: 'credits are held for an answer that is not there',
    twice: 'one request has two rows',
  })) {
    const rows = database[name]();
    if (rows.length > 0) throw new Violation(message, { rows: rows.slice(0, 10) });
  }
}

/** @returns how long after the death of its server each answer was ended, in ms */
export function checkOrphans(rows, lives, now = Date.now()) {
  const ends = [];
  for (const row of rows) {
    const owner = lives.findIndex(({ killedAtWall }) => killedAtWall !== null && row.createdAt <= killedAtWall);
    if (owner < 0) continue;
    // Nobody can end it while no server is up: only the time of those that came after its own counts.
    const upMs = lives.slice(owner + 1).reduce((sum, life) => sum + life.upMsUntil(row.completedAt ?? now), 0);
    if (upMs > ORPHANS_END_WITHIN_MS) {
      throw new Violation('an answer of a dead server was not ended in time', { row, upMs, now });
    }
    if (row.completedAt) ends.push(row.completedAt - lives[owner].killedAtWall);
  }
  return ends;
}

/**
 * One answer against its row.
 * @returns null while it streams or is not there; then the milliseconds and UTF-16 code units before the kill that were
 *   shown and are not stored
 */
export function checkAnswer(question, row, lives) {
  const { text, told, answer } = question;
  if (!row) {
    if (question.chatId !== null) question.blame('what the server has acknowledged is not there', {});
    return null;
  }
  if (question.chatId !== null && String(row.id) !== question.chatId) question.blame('the row has another id', { row });
  if (row.userId !== question.student.id) question.blame('the row is of another student', { row });
  for (const said of told.filter(({ status }) => status !== 'STREAMING')) {
    const same = ['status', 'response', 'creditsCharged'].every((key) => said[key] === row[key]);
    if (!same) question.blame('the row is not what the server has said of it', { said, row });
  }
  if (!question.isAnswerAt(0, row.response)) question.blame('the row holds what the model did not say', { row });
  if (row.status === 'STREAMING') return null;
  if (row.status === 'FAILED') question.blame('an answer failed though the model did not', { row });
  if (row.status === 'COMPLETED' && row.response !== answer) question.blame('a completed answer is not whole', { row });
  if (text.length <= row.response.length) return { lostMs: 0, lostLength: 0, overMs: 0 };
  if (row.status !== 'INTERRUPTED') question.blame('the row holds less than was shown', { row });
  return checkLoss(question, row, lives);
}

function checkLoss(question, row, lives) {
  const { at, life } = question.arrivalOf(row.response.length);
  const { killedAt } = lives[life];
  if (killedAt === null) question.blame('an answer was interrupted though its server lived', { row });
  const lostMs = Math.max(0, killedAt - at);
  const waitedMs = lives[life].waitedMsSince(at);
  if (lostMs > MAY_BE_LOST_MS + waitedMs) {
    question.blame('text that was shown long before the kill is lost', { row, lostMs, killedAt, waitedMs });
  }
  return {
    lostMs,
    overMs: Math.max(0, lostMs - MAY_BE_LOST_MS),
    lostLength: question.text.length - row.response.length,
  };
}

/** No question is sent to the model twice, whatever was repeated. */
export function checkCalls(calls) {
  for (const [question, count] of calls) {
    if (count > 1) throw new Violation('the model was asked one question twice', { question, count });
  }
}
