import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import type { Config } from '../shared/config.js';
import { variables } from './variables.js';

/** A setting that cannot be used: `message` names each variable, its fault and the remedy. */
export class ConfigError extends Error {}

/**
 * Reads and checks every setting. The only reader of the environment; a `.env` file is read in development.
 * In development a secret is made and kept in DATA_DIR; in production JWT_SECRET is required.
 * @throws ConfigError naming every variable that is wrong
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  if (env === process.env && env.NODE_ENV !== 'production' && existsSync('.env')) process.loadEnvFile('.env');
  // An empty variable counts as absent: compose files and shells write `NAME=` for "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const production = given.NODE_ENV === 'production';
  const read = variables.safeParse(given);
  const faults = read.success ? [] : read.error.issues.map(describeFault);
  if (production && !given.JWT_SECRET) faults.push(MISSING_SECRET);
  if (!read.success || faults.length > 0) throw new ConfigError(faults.join('\n'));
  const v = read.data;
  return {
    production,
    worker: v.LECTERN_WORKER ?? null,
    host: v.HOST,
    port: v.PORT,
    dataDir: v.DATA_DIR,
    postgres: v.DATABASE_URL
      ? {
          url: v.DATABASE_URL,
          connections: v.DATABASE_CONNECTIONS,
          connectTimeoutMs: v.DATABASE_CONNECT_TIMEOUT_MS,
          statementTimeoutMs: v.DATABASE_STATEMENT_TIMEOUT_MS,
        }
      : null,
    redis: v.REDIS_URL ? { url: v.REDIS_URL, prefix: v.REDIS_PREFIX } : null,
    jwtSecret: v.JWT_SECRET ?? developmentSecret(v.DATA_DIR),
    openai:
      v.OPENAI_API_KEY || v.OPENAI_BASE_URL
        ? { apiKey: v.OPENAI_API_KEY ?? null, baseUrl: v.OPENAI_BASE_URL ?? null, model: v.OPENAI_MODEL }
        : null,
    prices: { input: v.CREDITS_PER_1K_INPUT, output: v.CREDITS_PER_1K_OUTPUT },
    signupCredits: v.SIGNUP_CREDITS,
    tutor: {
      maxOutputTokens: v.TUTOR_MAX_OUTPUT_TOKENS,
      maxPromptTokens: v.TUTOR_MAX_PROMPT_TOKENS,
      maxAnswerBytes: v.TUTOR_MAX_ANSWER_BYTES,
      concurrency: v.TUTOR_CONCURRENCY,
      queue: v.TUTOR_QUEUE,
      runningPerUser: v.TUTOR_RUNNING_PER_USER,
      firstTokenTimeoutMs: v.TUTOR_FIRST_TOKEN_TIMEOUT_MS,
      idleTimeoutMs: v.TUTOR_IDLE_TIMEOUT_MS,
      totalTimeoutMs: v.TUTOR_TOTAL_TIMEOUT_MS,
    },
    publicUrl: v.PUBLIC_URL ?? null,
    creditsPerAudioMinute: v.CREDITS_PER_AUDIO_MINUTE,
    transcription: v.TRANSCRIBE_MODEL ? transcriptionOf(v.TRANSCRIBE_MODEL, v) : null,
    uploads: { maxBytes: v.UPLOAD_MAX_BYTES, quotaBytes: v.UPLOAD_QUOTA_BYTES, freeBytes: v.UPLOAD_FREE_BYTES },
    s3: v.S3_BUCKET
      ? {
          bucket: v.S3_BUCKET,
          endpoint: v.S3_ENDPOINT ?? null,
          region: v.S3_REGION,
          credentials:
            v.S3_ACCESS_KEY_ID && v.S3_SECRET_ACCESS_KEY
              ? { accessKeyId: v.S3_ACCESS_KEY_ID, secretAccessKey: v.S3_SECRET_ACCESS_KEY }
              : null,
        }
      : null,
    jobConcurrency: v.JOB_CONCURRENCY,
    ffmpegFolder: v.FFMPEG_PATH ?? null,
    search: { timeoutMs: v.SEARCH_TIMEOUT_MS, queue: v.SEARCH_QUEUE },
    corsOrigins: v.CORS_ORIGINS,
    introspection: v.INTROSPECTION ?? !production,
    explorer: v.EXPLORER ?? !production,
    pageDir: v.PAGE_DIR ?? null,
    trustedDocuments: { mode: v.TRUSTED_DOCUMENTS, file: v.TRUSTED_DOCUMENTS_FILE },
    responseCacheBytes: v.RESPONSE_CACHE_BYTES,
    rates: {
      asks: v.RATE_ASKS_PER_MINUTE,
      mutations: v.RATE_MUTATIONS_PER_MINUTE,
      cost: v.RATE_COST_PER_MINUTE,
      loginFailuresPerAccount: v.RATE_LOGIN_FAILURES_PER_ACCOUNT,
      loginFailuresPerAddress: v.RATE_LOGIN_FAILURES_PER_ADDRESS,
      registrationsPerAddress: v.RATE_REGISTRATIONS_PER_ADDRESS,
    },
    connections: { inAll: v.CONNECTIONS, perAddress: v.CONNECTIONS_PER_ADDRESS },
    socketsPerUser: v.SOCKETS_PER_USER,
    shutdownDelayMs: v.SHUTDOWN_DELAY_MS,
    shutdownGraceMs: v.SHUTDOWN_GRACE_MS,
    logLevel: v.LOG_LEVEL,
    metrics: {
      port: metricsPortOf(v.METRICS_PORT, v.LECTERN_WORKER),
      host: v.METRICS_HOST,
      token: v.METRICS_TOKEN ?? null,
    },
    trustProxy: v.TRUST_PROXY,
  };
}

/** Each of several processes has a port of its own, one after the other: figures of one port would be of any of them. */
function metricsPortOf(port: number | undefined, worker = 0): number | null {
  return port ? port + worker : (port ?? null);
}

/** OpenAI's key is for OpenAI's address: another server gets one of its own, or none. */
function transcriptionOf(
  model: string,
  v: Partial<Record<`${'TRANSCRIBE' | 'OPENAI'}_${'BASE_URL' | 'API_KEY'}`, string | undefined>>,
): NonNullable<Config['transcription']> {
  const ownKey = v.TRANSCRIBE_API_KEY ?? null;
  if (v.TRANSCRIBE_BASE_URL) return { baseUrl: v.TRANSCRIBE_BASE_URL, apiKey: ownKey, model };
  return { baseUrl: v.OPENAI_BASE_URL ?? OPENAI_URL, apiKey: ownKey ?? v.OPENAI_API_KEY ?? null, model };
}

const OPENAI_URL = 'https://api.openai.com/v1';

function describeFault(issue: z.core.$ZodIssue): string {
  return `${String(issue.path[0])} cannot be used. ${issue.message}`;
}

const MISSING_SECRET =
  'JWT_SECRET is missing, and NODE_ENV is production. Set it to at least 32 bytes: `openssl rand -base64 48`.';

function developmentSecret(dataDir: string): string {
  const file = join(dataDir, 'development-secret');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  mkdirSync(dataDir, { recursive: true });
  const secret = randomBytes(48).toString('base64url');
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}
