// What one student's devices have seen of one answer, over all its subscriptions and all deaths of the server.

import { answerTo, questionOf } from './answers.mjs';
import { ASK_STREAM, ATTACH, subscribe } from './api.mjs';
import { Violation } from './violation.mjs';

export class Question {
  /** Of all devices together, joined by offset. */
  text = '';
  /** When the text grew, and to which length: `at` by this process's clock, in which life of the server. */
  arrivals = [];
  /** What the server has said of the message: by a mutation's answer or by a terminal event. */
  told = [];
  chatId = null;
  /** Whether some device has learned how it ended. */
  over = false;

  constructor(student, name, lessonId) {
    this.student = student;
    this.input = { lessonId, message: questionOf(name), clientRequestId: name };
    if (Math.random() < 0.5) this.input.timestampVideo = '01:40';
    this.answer = answerTo(this.input.message);
  }

  /** By asking and streaming in one, or by attaching to the message of a known id. */
  follow({ port, life }, how, after) {
    const seen = { position: after, ended: false };
    const [query, variables] =
      how === 'ask' ? [ASK_STREAM, { input: this.input, after }] : [ATTACH, { chatId: this.chatId, after }];
    const subscription = subscribe(port, query, variables, this.student.token, (event) => {
      if (seen.ended) this.blame('an event came after the terminal one', { event });
      if ('chat' in event) this.#end(event.chat, seen);
      else this.#grow(event, seen, life);
    });
    let dropped = false;
    const over = subscription.over.then(() => {
      if (!dropped && !seen.ended) this.blame('a subscription was completed without a terminal event', seen);
    });
    const drop = () => {
      dropped = true;
      subscription.drop();
    };
    return { over, drop };
  }

  tell(by, chat) {
    this.chatId ??= chat.id;
    if (chat.id !== this.chatId) this.blame('one clientRequestId has two messages', { by, chat });
    if (chat.message !== this.input.message) this.blame('the message holds another question', { by, chat });
    this.told.push({ by, ...chat });
    if (chat.status !== 'STREAMING') this.over = true;
  }

  /** The arrival of what stands at a position. */
  arrivalOf(position) {
    return this.arrivals.find(({ length }) => length > position);
  }

  /** Stopped within a pair, a text ends with U+FFFD in place of the half that came. */
  isAnswerAt(offset, text) {
    if (this.answer.startsWith(text, offset)) return true;
    const whole = text.slice(0, -1);
    const half = this.answer.slice(offset + whole.length, offset + text.length);
    return text.endsWith('\uFFFD') && this.answer.startsWith(whole, offset) && /[\uD800-\uDBFF]/.test(half);
  }

  blame(message, evidence) {
    const { student, habit, input, chatId, text, arrivals, told } = this;
    const question = { student: student.name, habit, input, chatId, seen: text, arrivals: arrivals.slice(-8), told };
    throw new Violation(message, { ...evidence, question });
  }

  #grow({ chatId, offset, text }, seen, life) {
    life.hasSpoken();
    this.chatId ??= chatId;
    if (chatId !== this.chatId) this.blame('one clientRequestId has two answers', { chatId });
    if (offset !== seen.position) this.blame('a text does not begin where the last one ended', { offset, text, seen });
    if (!this.isAnswerAt(offset, text)) this.blame('a text is not what the model said there', { offset, text });
    seen.position += text.length;
    if (seen.position <= this.text.length) return;
    this.text = this.text.slice(0, offset) + text;
    this.arrivals.push({ length: seen.position, at: performance.now(), life: life.index });
  }

  #end(chat, seen) {
    seen.ended = true;
    this.tell('terminal event', chat);
    const { status, response } = chat;
    if (seen.position < response.length) this.blame('the terminal event came before all of the text', { seen });
    if (seen.position > response.length && status !== 'INTERRUPTED') {
      this.blame('an answer that was not interrupted is shorter than what was shown', { seen });
    }
  }
}
