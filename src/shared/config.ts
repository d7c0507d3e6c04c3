/** Every setting, checked. Read from the environment by `server/config.ts`, which documents each variable. */
export interface Config {
  production: boolean;
  host: string;
  port: number;
  dataDir: string;
  databaseUrl: string | null;
  redisUrl: string | null;
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
  /** How long a search of moments may wait, and run; how many may wait. */
  search: { timeoutMs: number; queue: number };
  corsOrigins: string[];
  introspection: boolean;
  explorer: boolean;
  /** Per minute unless named otherwise; 0 switches a rate off. */
  rates: {
    asks: number;
    mutations: number;
    cost: number;
    loginFailuresPerAccount: number;
    loginFailuresPerAddress: number;
    registrationsPerAddress: number;
  };
  socketsPerUser: number;
  shutdownGraceMs: number;
  logLevel: string;
  trustProxy: boolean | number | string;
}
