// `npm run admin -- promote|disable|enable EMAIL`, `grant EMAIL AMOUNT [REASON]`, `audit [EMAIL]`: for whoever runs
// the server.
import 'reflect-metadata';
import { disable, enable, findAccountId, promote } from './accounts/administer.service.js';
import { auditLines } from './accounts/audit.queries.js';
import { grant } from './credits/ledger.service.js';
import { ConfigError, readConfig } from './server/config.js';
import { openApp } from './server/start.js';
import type { App } from './shared/app.js';
import type { Config } from './shared/config.js';

const USAGE = `npm run admin -- promote EMAIL           makes the account an administrator
npm run admin -- disable EMAIL           ends its sessions and its access
npm run admin -- enable EMAIL            lets it sign in again
npm run admin -- grant EMAIL AMOUNT      gives it credits
npm run admin -- audit [EMAIL]           what administrators did, the newest 50 first`;

const commands: Record<string, (app: App, email: string, rest: string[]) => Promise<string>> = {
  async promote(app, email) {
    await promote(app, email);
    return `${email} is an administrator now.`;
  },
  async disable(app, email) {
    await disable(app, email);
    return `${email} is disabled.`;
  },
  async enable(app, email) {
    await enable(app, email);
    return `${email} can sign in again.`;
  },
  async grant(app, email, [amount = '', ...reason]) {
    if (!/^\d+$/.test(amount)) throw new Error('Say how many credits: npm run admin -- grant EMAIL 100');
    await grant(
      app,
      await findAccountId(app, email),
      Number(amount),
      reason.join(' ') || 'Granted by an administrator.',
    );
    return `${email} has ${amount} credits more.`;
  },
  async audit(app, email) {
    const lines = await auditLines(app, email ? await findAccountId(app, email) : null);
    return lines.join('\n') || 'Nothing yet.';
  },
};

const [name = '', email = '', ...rest] = process.argv.slice(2);
const command = commands[name];
if (!command || (!email && name !== 'audit')) {
  console.error(USAGE);
  process.exit(2);
}
const { app, close } = await openApp({ ...settings(), logLevel: 'warn' });
try {
  console.log(await command(app, email, rest));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await close();
}

/** The settings; a wrong one ends the command with its name and the remedy. */
function settings(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
