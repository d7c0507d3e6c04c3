/** Every setting, checked. Read from the environment by `server/config.ts`; `server/variables.ts` documents each variable. */
export interface Config {
  production: boolean;
  /** Which of several processes that listen together this is, from 0; null for one alone. */
  worker: number | null;
  host: string;
  port: number;
  dataDir: string;
  /** PostgreSQL, with what bounds its use; SQLite in `dataDir` when null. */
  postgres: PostgresConfig | null;
  /** What several processes share, with what all its keys begin with; null for one process. */
  redis: { url: string; prefix: string } | null;
  jwtSecret: string;
  openai: { apiKey: string | null; baseUrl: string | null; model: string } | null;
  /** Credits per 1,000 tokens of the configured model. */
  prices: { input: number; output: number };
  signupCredits: number;
  tutor: {
    maxOutputTokens: number;
    maxPromptTokens: number;
    maxAnswerBytes: number;
    concurrency: number;
    queue: number;
    runningPerUser: number;
    firstTokenTimeoutMs: number;
    idleTimeoutMs: number;
    totalTimeoutMs: number;
  };
  /** Without a slash at its end; where the server listens, once it does, when nothing was set. */
  publicUrl: string | null;
  creditsPerAudioMinute: number;
  transcription: { baseUrl: string; apiKey: string | null; model: string } | null;
  uploads: { maxBytes: number; quotaBytes: number; freeBytes: number };
  s3: {
    bucket: string;
    endpoint: string | null;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string } | null;
  } | null;
  jobConcurrency: number;
  ffmpegFolder: string | null;
  /** How long a search of moments may wait, and run; how many may wait. */
  search: { timeoutMs: number; queue: number };
  corsOrigins: string[];
  introspection: boolean;
  explorer: boolean;
  /** The folder of a built page to serve at `/`; null serves none. */
  pageDir: string | null;
  /** Whether documents outside the manifest of trusted ones are run, and the manifest's file. */
  trustedDocuments: { mode: 'only' | 'prefer' | 'off'; file: string };
  /** Bytes of answers to public queries that are kept; 0 keeps none. */
  responseCacheBytes: number;
  /** Per minute unless named otherwise; 0 switches a rate off. */
  rates: {
    asks: number;
    mutations: number;
    cost: number;
    loginFailuresPerAccount: number;
    loginFailuresPerAddress: number;
    registrationsPerAddress: number;
  };
  /** Open at once; 0 is no limit. */
  connections: { inAll: number; perAddress: number };
  socketsPerUser: number;
  /** After a signal to stop: everything is served for so long, then what runs may end for so long. */
  shutdownDelayMs: number;
  shutdownGraceMs: number;
  logLevel: string;
  /** Where `/metrics` is served: on a port of its own, on the main one to who holds the token, or nowhere. */
  metrics: { port: number | null; host: string; token: string | null };
  trustProxy: boolean | number | string;
}

export interface PostgresConfig {
  url: string;
  /** Connections of one process at most. */
  connections: number;
  /** To open a connection or to get one. */
  connectTimeoutMs: number;
  statementTimeoutMs: number;
}
