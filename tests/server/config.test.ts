import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/server/config.js';
import { temporaryFolder } from '../support/server.js';

const SECRET = 'a secret of more than thirty-two bytes';

/** What a person reads who starts the server with these settings. */
function faultOf(settings: Record<string, string>): string {
  try {
    readConfig({ DATA_DIR: temporaryFolder(), ...settings });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error(`the settings were taken: ${JSON.stringify(settings)}`);
}

describe('readConfig', () => {
  it('has a default for every setting', () => {
    const config = readConfig({ DATA_DIR: temporaryFolder() });

    expect(config).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 4000,
      openai: null,
      prices: { input: 1, output: 4 },
      signupCredits: 100,
      tutor: {
        maxOutputTokens: 800,
        maxPromptTokens: 6000,
        maxAnswerBytes: 65_536,
        concurrency: 256,
        queue: 64,
        runningPerUser: 3,
        firstTokenTimeoutMs: 20_000,
        idleTimeoutMs: 15_000,
        totalTimeoutMs: 120_000,
      },
      publicUrl: null,
      creditsPerAudioMinute: 1,
      transcription: null,
      uploads: { maxBytes: 2 * 1024 ** 3, quotaBytes: 20 * 1024 ** 3, freeBytes: 1024 ** 3 },
      s3: null,
      jobConcurrency: 2,
      ffmpegFolder: null,
      corsOrigins: [],
      introspection: true,
      explorer: true,
      rates: {
        asks: 20,
        mutations: 120,
        cost: 200_000,
        loginFailuresPerAccount: 10,
        loginFailuresPerAddress: 100,
        registrationsPerAddress: 200,
      },
      socketsPerUser: 10,
      shutdownDelayMs: 0,
      shutdownGraceMs: 10_000,
      logLevel: 'info',
      metrics: { port: null, host: '127.0.0.1', token: null },
      trustProxy: false,
    });
  });

  it('has speech written down by the tutor’s server, unless another is named, which never gets its key', () => {
    const read = (settings: Record<string, string>) =>
      readConfig({ DATA_DIR: temporaryFolder(), TRANSCRIBE_MODEL: 'whisper-1', ...settings }).transcription;
    const model = 'whisper-1';
    expect(read({})).toEqual({ baseUrl: 'https://api.openai.com/v1', apiKey: null, model });
    const tutor = { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', OPENAI_API_KEY: 'of the tutor' };
    expect(read(tutor)).toEqual({ baseUrl: tutor.OPENAI_BASE_URL, apiKey: 'of the tutor', model });
    const other = { ...tutor, TRANSCRIBE_BASE_URL: 'http://127.0.0.1:2/v1' };
    expect(read(other)).toEqual({ baseUrl: other.TRANSCRIBE_BASE_URL, apiKey: null, model });
    expect(read({ ...other, TRANSCRIBE_API_KEY: 'its own' })?.apiKey).toBe('its own');
  });

  it.each([
    [{ PUBLIC_URL: 'api.school.example' }, 'PUBLIC_URL'],
    [{ UPLOAD_MAX_BYTES: '2GB' }, 'UPLOAD_MAX_BYTES'],
    [{ JOB_CONCURRENCY: '-1' }, 'JOB_CONCURRENCY'],
    [{ S3_ENDPOINT: 'bucket' }, 'S3_ENDPOINT'],
    [{ CREDITS_PER_AUDIO_MINUTE: 'free' }, 'CREDITS_PER_AUDIO_MINUTE'],
  ])('refuses %j and names it', (settings, name) => {
    expect(faultOf(settings as Record<string, string>)).toMatch(new RegExp(`^${name} cannot be used\\. Set it to`));
  });

  it('gives each of several processes a port of its own for its metrics', () => {
    const portOf = (settings: Record<string, string>) =>
      readConfig({ DATA_DIR: temporaryFolder(), ...settings }).metrics.port;
    expect(portOf({ METRICS_PORT: '9464' })).toBe(9464);
    expect(portOf({ METRICS_PORT: '9464', LECTERN_WORKER: '0' })).toBe(9464);
    expect(portOf({ METRICS_PORT: '9464', LECTERN_WORKER: '3' })).toBe(9467);
    expect(portOf({ METRICS_PORT: '0', LECTERN_WORKER: '3' })).toBe(0);
    expect(portOf({ LECTERN_WORKER: '3' })).toBeNull();
  });

  it('switches introspection and explorer off in production, unless they are asked for', () => {
    const production = { DATA_DIR: temporaryFolder(), NODE_ENV: 'production', JWT_SECRET: SECRET };

    expect(readConfig(production)).toMatchObject({ production: true, introspection: false, explorer: false });
    expect(readConfig({ ...production, INTROSPECTION: 'on', EXPLORER: 'true' })).toMatchObject({
      introspection: true,
      explorer: true,
    });
  });

  it.each([
    ['PORT', 'abc', /0 to 65535/],
    ['PORT', '70000', /0 to 65535/],
    ['PORT', '-1', /0 to 65535/],
    ['PORT', '4000.5', /0 to 65535/],
    ['OPENAI_BASE_URL', 'nonsense', /http\(s\) address/],
    ['OPENAI_BASE_URL', 'ftp://models.example/v1', /http\(s\) address/],
    ['JWT_SECRET', 'short', /shorter than 32 bytes.*openssl rand/],
    ['LOG_LEVEL', 'loud', /fatal, error, warn, info, debug, trace or silent/],
    ['CREDITS_PER_1K_INPUT', '-1', /0 or more/],
    ['CREDITS_PER_1K_OUTPUT', 'free', /0 or more/],
    ['SIGNUP_CREDITS', '1.5', /whole number/],
    ['DATABASE_URL', 'mysql://localhost/lectern', /postgres:\/\/user:password@host:5432\/database/],
    ['DATABASE_URL', 'lectern', /unset it for SQLite/],
    ['DATABASE_URL', 'postgres://localhost', /Name the database/],
    ['DATABASE_CONNECTIONS', '2', /3 to 1000/],
    ['REDIS_URL', 'http://localhost', /redis:\/\/host:6379/],
    ['REDIS_PREFIX', 'two words', /letters, digits/],
    ['METRICS_PORT', '70000', /0 to 65535/],
    ['SHUTDOWN_DELAY_MS', '60001', /0 to 60000/],
    ['METRICS_TOKEN', 'short', /fewer than 24 characters.*openssl rand/],
    ['METRICS_TOKEN', 'a token of the operator, with spaces', /spaces/],
    ['TRUST_PROXY', 'true', /number of proxies/],
    ['TRUST_PROXY', 'banana', /number of proxies/],
    ['TRUST_PROXY', '10.0.0.300', /number of proxies/],
    ['CORS_ORIGINS', '*', /https:\/\/school\.example/],
    ['CORS_ORIGINS', 'https://school.example/path', /https:\/\/school\.example/],
    ['INTROSPECTION', 'maybe', /true or false/],
    ['EXPLORER', '2', /true or false/],
    ['TUTOR_MAX_OUTPUT_TOKENS', '0', /1 to 100000/],
    ['TUTOR_MAX_PROMPT_TOKENS', '100', /500 to 1000000/],
    ['TUTOR_MAX_ANSWER_BYTES', '10', /1024 to 1048576/],
    ['TUTOR_CONCURRENCY', '0', /1 or more/],
    ['TUTOR_QUEUE', '-1', /0 or more/],
    ['TUTOR_RUNNING_PER_USER', '0', /1 or more/],
    ['TUTOR_FIRST_TOKEN_TIMEOUT_MS', '0', /milliseconds/],
    ['TUTOR_IDLE_TIMEOUT_MS', '15s', /milliseconds/],
    ['TUTOR_TOTAL_TIMEOUT_MS', '-1', /milliseconds/],
    ['RATE_ASKS_PER_MINUTE', 'many', /0 switches the rate off/],
    ['SOCKETS_PER_USER', '-1', /whole number/],
    ['SHUTDOWN_GRACE_MS', 'long', /milliseconds/],
  ])('refuses %s=%s by its name and with the remedy', (name, value, remedy) => {
    const fault = faultOf({ [name]: value });

    expect(fault).toMatch(new RegExp(`^${name} `));
    expect(fault).toMatch(remedy);
    expect(fault.split('\n')).toHaveLength(1);
  });

  it('never repeats the value of a secret', () => {
    expect(faultOf({ JWT_SECRET: 'hush-hush' })).not.toContain('hush');
  });

  it('needs a secret in production', () => {
    expect(faultOf({ NODE_ENV: 'production' })).toMatch(/^JWT_SECRET .*production.*32 bytes.*openssl rand/);
  });

  it('names all faults at once', () => {
    const faults = faultOf({ PORT: 'abc', LOG_LEVEL: 'loud', DATABASE_URL: 'postgres://localhost' });

    expect(faults.split('\n').map((line) => line.split(' ')[0])).toEqual(['PORT', 'DATABASE_URL', 'LOG_LEVEL']);
  });

  it('names the secret that production lacks among the other faults', () => {
    const faults = faultOf({ NODE_ENV: 'production', PORT: 'abc' });

    expect(faults.split('\n').map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['PORT', 'JWT_SECRET']),
    );
  });

  it('takes an empty setting for an absent one', () => {
    const names = [
      'PORT',
      'JWT_SECRET',
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
      'DATABASE_URL',
      'CORS_ORIGINS',
      'EXPLORER',
    ];
    const empty = Object.fromEntries(names.map((name) => [name, '']));
    const dataDir = temporaryFolder();

    expect(readConfig({ DATA_DIR: dataDir, ...empty })).toEqual(readConfig({ DATA_DIR: dataDir }));
    expect(faultOf({ NODE_ENV: 'production', JWT_SECRET: '' })).toMatch(/^JWT_SECRET /);
  });

  it.each([
    [{ OPENAI_API_KEY: 'sk-1' }, { apiKey: 'sk-1', baseUrl: null, model: 'gpt-4.1-mini' }],
    [
      { OPENAI_BASE_URL: 'http://localhost:11434/v1', OPENAI_MODEL: 'llama' },
      { apiKey: null, baseUrl: 'http://localhost:11434/v1', model: 'llama' },
    ],
    [{ OPENAI_MODEL: 'llama' }, null],
  ])('selects the model by key or address: %j', (settings, openai) => {
    expect(readConfig({ DATA_DIR: temporaryFolder(), ...settings }).openai).toEqual(openai);
  });

  it.each([
    [{ TRUST_PROXY: '2' }, { trustProxy: 2 }],
    [{ TRUST_PROXY: 'off' }, { trustProxy: false }],
    [{ TRUST_PROXY: '10.0.0.1, 192.168.0.0/16' }, { trustProxy: '10.0.0.1, 192.168.0.0/16' }],
    [
      { CORS_ORIGINS: 'https://a.example, http://b.example:3000' },
      { corsOrigins: ['https://a.example', 'http://b.example:3000'] },
    ],
    [{ CREDITS_PER_1K_INPUT: '0.15' }, { prices: { input: 0.15, output: 4 } }],
    [{ SIGNUP_CREDITS: '0' }, { signupCredits: 0 }],
  ])('reads %j', (settings, config) => {
    expect(readConfig({ DATA_DIR: temporaryFolder(), ...settings })).toMatchObject(config);
  });
});
