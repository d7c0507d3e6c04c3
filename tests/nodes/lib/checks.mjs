// What must be true of the school when all is over.
import { Violation } from '../../crash/lib/violation.mjs';

/** Text that a subscriber saw and that an interrupted answer may lack. */
const MAY_BE_LOST_MS = 250;

export async function checkHistory(database, { questions, uploads }, figures) {
  const faults = {
    'an answer has no end': `select id, status, lease_expires_at from chat_history where status = 'STREAMING'`,
    'a balance is not the sum of its entries': WRONG_BALANCES,
    'an answer is not settled as it should be': WRONG_SETTLEMENTS,
    'credits are held for an answer that is not there': STRAY_ENTRIES,
    'one request has two rows': `select user_id, client_request_id from chat_history group by 1, 2 having count(*) > 1`,
  };
  for (const [message, sql] of Object.entries(faults)) {
    const rows = await database.all(sql);
    if (rows.length > 0) throw new Violation(message, { rows: rows.slice(0, 10), of: rows.length });
  }
  await checkJobs(database, uploads, figures);
  const rows = new Map((await database.all(ROWS)).map((row) => [row.requestId, row]));
  for (const question of questions) checkQuestion(question, rows.get(question.input.clientRequestId), figures);
}

/** Each file that has arrived was worked on to one end, by however many nodes. */
async function checkJobs(database, uploads, figures) {
  const jobs = new Map((await database.all(JOBS)).map((job) => [String(job.id), job]));
  for (const { jobId, cueCount } of uploads) {
    const job = jobs.get(jobId);
    if (job?.status !== 'COMPLETED') throw new Violation('a job has not ended as it should', { jobId, job });
    if (Number(job.cues) !== cueCount)
      throw new Violation('a job has written something else', { jobId, job, cueCount });
    figures.jobs++;
    figures.takenOver += job.attempts > 1 ? 1 : 0;
  }
}

function checkQuestion(question, row, figures) {
  if (!row) question.blame('what was answered is not there', {});
  if (String(row.id) !== question.chatId) question.blame('the row has another id', { row });
  if (Number(row.userId) !== question.student.id) question.blame('the row is of another student', { row });
  if (!question.isAnswerAt(0, row.response)) question.blame('the row holds what the model did not say', { row });
  if (row.status === 'COMPLETED' && row.response !== question.answer) {
    question.blame('a completed answer is not whole', { row });
  }
  const ends = question.told.filter(({ status }) => status !== 'STREAMING');
  for (const said of ends) {
    const isSame = said.status === row.status && said.response === row.response;
    if (!isSame || said.creditsCharged !== Number(row.creditsCharged)) {
      question.blame('the row is not what a node has said of it', { said, row });
    }
  }
  figures.statuses[row.status] = (figures.statuses[row.status] ?? 0) + 1;
  if (question.text.length <= row.response.length) return;
  if (row.status !== 'INTERRUPTED') question.blame('the row holds less than was shown', { row });
  const last = question.arrivals.at(-1).at;
  const lostMs = last - question.arrivalOf(row.response.length).at;
  figures.longestLossMs = Math.max(figures.longestLossMs, lostMs);
  if (lostMs > MAY_BE_LOST_MS + figures.stallMs) question.blame('more text is lost than may be', { row, lostMs });
}

const ROWS = `select id, user_id as "userId", client_request_id as "requestId", status, response,
  credits_charged as "creditsCharged" from chat_history`;

/** With the cues of the transcript that is there: each file is loaded into a language of its own. */
const JOBS = `select processing_jobs.id, processing_jobs.status, attempts,
  (select count(*) from transcript_cues join transcripts on transcripts.revision_id = transcript_cues.revision_id
    where transcripts.lesson_id = processing_jobs.lesson_id and transcripts.language = uploads.language) as cues
  from processing_jobs join uploads on uploads.job_id = processing_jobs.id`;

/** The balance is the entries' sum, after each of them and now. */
const WRONG_BALANCES = `
  select user_id, credits, total, entry, balance_after, running from (
    select id as entry, user_id, balance_after,
      sum(amount) over (partition by user_id order by id) as running,
      sum(amount) over (partition by user_id) as total
    from credit_entries
  ) entries join users on users.id = user_id
  where credits <> total or balance_after <> running or running < 0`;

/** One hold of what was held; one release, of what was not charged; usage for a charge. */
const WRONG_SETTLEMENTS = `
  select * from (
    select id, status, response <> '' as has_text, hold_credits, credits_charged,
      (select count(*) from credit_entries where chat_id = chat.id and reason = 'HOLD' and amount = -hold_credits) as holds,
      (select count(*) from credit_entries where chat_id = chat.id and reason = 'RELEASE'
        and amount = hold_credits - credits_charged) as releases,
      (select count(*) from credit_entries where chat_id = chat.id) as entries,
      (select count(*) from ai_usage_logs where chat_id = chat.id) as usage_rows
    from chat_history chat
  ) answers where holds <> 1 or releases <> 1 or entries <> 2 or usage_rows > 1
    or credits_charged not between 0 and hold_credits or (credits_charged > 0) <> has_text
    or credits_charged > 0 and usage_rows = 0`;

const STRAY_ENTRIES = `select * from credit_entries where reason in ('HOLD', 'RELEASE')
  and (chat_id is null or chat_id not in (select id from chat_history))`;
