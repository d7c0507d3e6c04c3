import { openAsBlob } from 'node:fs';
import { CodedError } from '../../shared/coded-error.js';
import type { Config } from '../../shared/config.js';

const CONNECT_WITHIN_MS = 5000;
/** Of one part: a server of one's own may take as long to write it down as to play it. */
const ANSWER_WITHIN_MS = 15 * 60_000;
const LONGEST_WAIT_MS = 60_000;

/** What was said in a part, its times in seconds from the part's beginning. */
export interface Heard {
  segments: { start: number; end: number; text: string }[];
  /** As the model names it. */
  language: string | null;
  /** By the provider's own count. */
  seconds: number | null;
}

/** The provider did not write it down. Its words go to the log alone. */
export class ProviderFault extends CodedError {
  constructor(
    override readonly cause: unknown,
    readonly mayPass: boolean,
    readonly retryAfterMs: number | null = null,
    message = 'The model that writes down speech could not do it just now. Nothing was charged: try again later.',
  ) {
    super('TRANSCRIPTION_UNAVAILABLE', message);
  }
}

/**
 * Has a part written down by an OpenAI-compatible server's `audio/transcriptions`. The one file that talks to it.
 * @param language BCP 47; null lets the model tell
 * @throws ProviderFault; the signal's reason when it is aborted
 */
export async function hear(
  { baseUrl, apiKey, model }: NonNullable<Config['transcription']>,
  part: { file: string; language: string | null },
  signal: AbortSignal,
): Promise<Heard> {
  const { Agent, fetch, FormData } = await import('undici');
  const form = new FormData();
  form.set('file', await openAsBlob(part.file, { type: 'audio/mpeg' }), 'part.mp3');
  form.set('model', model);
  form.set('response_format', 'verbose_json');
  form.set('timestamp_granularities[]', 'segment');
  // The API knows the first part of a tag alone.
  if (part.language) form.set('language', part.language.split('-', 1)[0] ?? '');
  const dispatcher = new Agent({ connect: { timeout: CONNECT_WITHIN_MS }, headersTimeout: 0, bodyTimeout: 0 });
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/audio/transcriptions`, {
      method: 'POST',
      body: form,
      headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
      // The key is not for whomever an answer names.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      dispatcher,
    });
    if (response.status !== 200) throw refusal(response.status, response.headers.get('retry-after'));
    return heardOf(await response.json().catch((error) => Promise.reject(new ProviderFault(error, true))));
  } catch (error) {
    if (signal.aborted || error instanceof CodedError) throw error;
    throw new ProviderFault(error, true);
  } finally {
    await dispatcher.destroy();
  }
}

function refusal(status: number, retryAfter: string | null): ProviderFault {
  const mayPass = status === 408 || status === 409 || status === 429 || status >= 500;
  const seconds = Number(retryAfter ?? Number.NaN);
  const waitMs = seconds >= 0 ? Math.min(seconds * 1000, LONGEST_WAIT_MS) : null;
  return new ProviderFault(new Error(`HTTP ${status}`), mayPass, waitMs);
}

function heardOf(answer: unknown): Heard {
  const { segments, text, language, duration, usage } = (answer ?? {}) as {
    segments?: unknown;
    text?: unknown;
    language?: unknown;
    duration?: unknown;
    usage?: { type?: unknown; seconds?: unknown };
  };
  if (!Array.isArray(segments) && String(text ?? '').trim() !== '') {
    const message =
      'The configured model gives no times with what it writes down: TRANSCRIBE_MODEL needs one that does.';
    throw new ProviderFault(new Error('no segments in the answer'), false, null, message);
  }
  const seconds = Number(usage?.seconds ?? duration ?? Number.NaN);
  return {
    segments: (Array.isArray(segments) ? segments : []).flatMap(segmentOf),
    language: typeof language === 'string' ? language : null,
    seconds: Number.isFinite(seconds) && seconds >= 0 ? seconds : null,
  };
}

function segmentOf(segment: unknown): Heard['segments'] {
  const { start, end, text } = (segment ?? {}) as { start?: unknown; end?: unknown; text?: unknown };
  if (typeof start !== 'number' || typeof end !== 'number' || typeof text !== 'string') return [];
  return Number.isFinite(start) && Number.isFinite(end) ? [{ start, end, text }] : [];
}
