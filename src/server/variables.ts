import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';

const count = (remedy: string, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number(remedy).int(remedy).min(min, remedy).max(max, remedy);

const amount = (remedy: string) => z.coerce.number(remedy).min(0, remedy).max(1_000_000, remedy);

const GIB = 1024 ** 3;

const bytes = () => count('Set it to a whole number of bytes, 0 or more.', 0, 1024 ** 5);

const milliseconds = () => count('Set it to a number of milliseconds, 1 to 3600000.', 1, 3_600_000);

const rate = () => count('Set it to a whole number; 0 switches the rate off.', 0, 1_000_000_000);

const flag = () =>
  z
    .enum(['true', 'false', '1', '0', 'on', 'off', 'yes', 'no'], 'Set it to true or false.')
    .transform((value) => ['true', '1', 'on', 'yes'].includes(value));

const httpUrl = (remedy: string) => z.url({ protocol: /^https?$/, error: remedy });

/** Each variable with its default; the message of each check is the remedy. */
export const variables = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], 'Set it to production or development.')
    .default('development'),
  /** Set by `npm start -- --workers N` for each of its processes, not by people. */
  LECTERN_WORKER: count('Leave it out: the server sets it.', 0, 255).optional(),
  /** Where it listens. Port 0 takes a free one. */
  HOST: z.string().default('127.0.0.1'),
  PORT: count('Set it to a port number, 0 to 65535.', 0, 65_535).default(4000),
  /** The SQLite file `app.db` (without DATABASE_URL), the development secret, uploads. */
  DATA_DIR: z.string().default('./data'),
  /** PostgreSQL 14 or newer instead of SQLite. */
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'Set it to postgres://user:password@host:5432/database, or unset it for SQLite in DATA_DIR.',
    })
    .refine(
      (url) => !URL.canParse(url) || new URL(url).pathname.length > 1,
      'Name the database after the host: …/lectern.',
    )
    .optional(),
  /** Of one process: half for transactions, half for reads, one for searches. */
  DATABASE_CONNECTIONS: count('Set it to 3 to 1000 connections.', 3, 1000).default(20),
  DATABASE_CONNECT_TIMEOUT_MS: milliseconds().default(5000),
  DATABASE_STATEMENT_TIMEOUT_MS: milliseconds().default(15_000),
  /** Shared by several processes: live text, cancelling, rates. It may lose what it holds. */
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'Set it to redis://host:6379 or rediss://…, or unset it.' })
    .optional(),
  /** What its keys and channels begin with: another one for each school. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,50}$/, 'Set it to 1 to 50 letters, digits, dots or dashes.')
    .default('lectern'),
  /** Signs access tokens and derives refresh tokens. Changing it ends every session. */
  JWT_SECRET: z
    .string()
    .refine(
      (secret) => Buffer.byteLength(secret) >= 32,
      'It is shorter than 32 bytes. Make one: `openssl rand -base64 48`.',
    )
    .optional(),
  /** Either selects an OpenAI-compatible server; without both, the embedded tutor answers. */
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: httpUrl('Set it to the http(s) address of an OpenAI-compatible API, up to and with /v1.').optional(),
  OPENAI_MODEL: z.string().default('gpt-4.1-mini'),
  /** Price of the configured model, and the first grant of a new account. */
  CREDITS_PER_1K_INPUT: amount('Set it to credits per 1,000 tokens, 0 or more.').default(1),
  CREDITS_PER_1K_OUTPUT: amount('Set it to credits per 1,000 tokens, 0 or more.').default(4),
  SIGNUP_CREDITS: count('Set it to a whole number of credits, 0 or more.', 0, 1_000_000_000).default(100),
  /** The first is sent to the model and bounds the hold; the second bounds the prompt; the third cuts the answer. */
  TUTOR_MAX_OUTPUT_TOKENS: count('Set it to 1 to 100000 tokens.', 1, 100_000).default(800),
  TUTOR_MAX_PROMPT_TOKENS: count('Set it to 500 to 1000000 tokens.', 500, 1_000_000).default(6000),
  TUTOR_MAX_ANSWER_BYTES: count('Set it to 1024 to 1048576 bytes.', 1024, 1_048_576).default(65_536),
  /** Calls to the provider at once; asks waiting beyond; running answers of one asker. */
  TUTOR_CONCURRENCY: count('Set it to 1 or more.', 1, 100_000).default(256),
  TUTOR_QUEUE: count('Set it to 0 or more.', 0, 100_000).default(64),
  TUTOR_RUNNING_PER_USER: count('Set it to 1 or more.', 1, 1000).default(3),
  /** First content after the ask's commit; between two contents; in all. */
  TUTOR_FIRST_TOKEN_TIMEOUT_MS: milliseconds().default(20_000),
  TUTOR_IDLE_TIMEOUT_MS: milliseconds().default(15_000),
  TUTOR_TOTAL_TIMEOUT_MS: milliseconds().default(120_000),
  /** Where clients reach this server: what the addresses of uploads, videos and captions begin with. */
  PUBLIC_URL: httpUrl('Set it to the http(s) address that clients reach this server at, without a path.')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  /** A model of an OpenAI-compatible server that writes down speech with its times; without it nothing is transcribed. */
  TRANSCRIBE_MODEL: z.string().optional(),
  TRANSCRIBE_BASE_URL: httpUrl(
    'Set it to the http(s) address of an OpenAI-compatible API, up to and with /v1.',
  ).optional(),
  TRANSCRIBE_API_KEY: z.string().optional(),
  CREDITS_PER_AUDIO_MINUTE: amount('Set it to credits per minute of speech, 0 or more.').default(1),
  /** The largest file; all files of an instructor; what an upload must leave free on the disk. */
  UPLOAD_MAX_BYTES: bytes().default(2 * GIB),
  UPLOAD_QUOTA_BYTES: bytes().default(20 * GIB),
  UPLOAD_FREE_BYTES: bytes().default(GIB),
  /** An S3-compatible bucket for uploaded files instead of DATA_DIR. */
  S3_BUCKET: z.string().optional(),
  S3_ENDPOINT: httpUrl('Set it to the http(s) address of the S3-compatible server; leave it out for AWS.').optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** Processing jobs that this process works on at once; 0 leaves them to `npm run worker`. */
  JOB_CONCURRENCY: count('Set it to 0 to 64.', 0, 64).default(2),
  /** The folder of ffmpeg and ffprobe; found on the PATH when absent. */
  FFMPEG_PATH: z.string().optional(),
  /** Of moments by words: how long one may wait, and as long again run; how many may wait. */
  SEARCH_TIMEOUT_MS: milliseconds().default(2000),
  SEARCH_QUEUE: count('Set it to 1 or more.', 1, 100_000).default(64),
  /** Origins that browsers may call from, separated by commas. Never reflected. */
  CORS_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .pipe(
      z.array(z.string().refine(isOrigin, 'Set it to origins such as https://school.example, separated by commas.')),
    )
    .default([]),
  /** On in development, off in production. */
  INTROSPECTION: flag().optional(),
  EXPLORER: flag().optional(),
  /** A built page, such as examples/learner/dist, served at `/`; without it the server has no page. */
  PAGE_DIR: z
    .string()
    .refine(
      (folder) => existsSync(join(folder, 'index.html')),
      'Set it to the folder of a built page: it has no index.html.',
    )
    .optional(),
  /** Whether only the operations of a manifest are run (`only`), or those too (`prefer`, `off`: without a manifest). */
  TRUSTED_DOCUMENTS: z.enum(['only', 'prefer', 'off'], 'Set it to only, prefer or off.').default('off'),
  /** The manifest: texts by their SHA-256, as the client preset of GraphQL Code Generator writes them. */
  TRUSTED_DOCUMENTS_FILE: z.string().default('./trusted-documents.json'),
  /** Bytes of answers to queries of nobody that are kept until what they say changes. */
  RESPONSE_CACHE_BYTES: count('Set it to a number of bytes; 0 keeps no answers.', 0, 10_000_000_000).default(
    16_777_216,
  ),
  /** Per account. */
  RATE_ASKS_PER_MINUTE: rate().default(20),
  RATE_MUTATIONS_PER_MINUTE: rate().default(120),
  RATE_COST_PER_MINUTE: rate().default(200_000),
  /** In 5 minutes, and registrations in an hour. A classroom shares one address: only failures count against it. */
  RATE_LOGIN_FAILURES_PER_ACCOUNT: rate().default(10),
  RATE_LOGIN_FAILURES_PER_ADDRESS: rate().default(100),
  RATE_REGISTRATIONS_PER_ADDRESS: rate().default(200),
  /** Open at once, sockets among them. A classroom shares one address, the clients of a proxy do not (TRUST_PROXY). */
  CONNECTIONS: rate().default(20_000),
  CONNECTIONS_PER_ADDRESS: rate().default(4000),
  SOCKETS_PER_USER: rate().default(10),
  /** After SIGTERM: how long all is served while balancers are told to go elsewhere, and then running answers may go on. */
  SHUTDOWN_DELAY_MS: count('Set it to a number of milliseconds, 0 to 60000.', 0, 60_000).default(0),
  SHUTDOWN_GRACE_MS: count('Set it to a number of milliseconds, 0 to 3600000.', 0, 3_600_000).default(10_000),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'Set it to fatal, error, warn, info, debug, trace or silent.',
    )
    .default('info'),
  /** `/metrics` on a port of its own, with no token: keep it from clients. Port 0 takes a free one; worker k adds k. */
  METRICS_PORT: count('Set it to a port number, 0 to 65535, or leave it out.', 0, 65_535).optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
  /** `/metrics` on the main port, to who sends this token. */
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{24,}$/, 'It has fewer than 24 characters, or spaces. Make one: `openssl rand -base64 24`.')
    .optional(),
  /** Off, or whom to believe about a client's address: a number of proxies, or their addresses. */
  TRUST_PROXY: z
    .string()
    .transform((text) => (/^\d+$/.test(text) ? Number(text) : text === 'off' || text === 'false' ? false : text))
    .refine(isTrust, 'Set it to the number of proxies in front, or to their addresses, separated by commas.')
    .default(false),
});

/** Addresses, networks such as 10.0.0.0/8, or the names that proxy-addr knows. */
function isTrust(value: string | number | boolean): boolean {
  if (typeof value !== 'string') return true;
  const named = ['loopback', 'linklocal', 'uniquelocal'];
  return value.split(',').every((each) => named.includes(each.trim()) || isIP(each.trim().split('/', 1)[0] ?? '') > 0);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
