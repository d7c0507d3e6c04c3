// `npm run admin -- promote|disable EMAIL`, `npm run admin -- grant EMAIL AMOUNT [REASON]`: for whoever runs the server.
import 'reflect-metadata';
import { disable, findAccountId, promote } from './accounts/administer.service.js';
import { grant } from './credits/ledger.service.js';
import { readConfig } from './server/config.js';
import { openApp } from './server/start.js';
import type { App } from './shared/app.js';

const USAGE = `npm run admin -- promote EMAIL           makes the account an administrator
npm run admin -- disable EMAIL           ends its sessions and its access
npm run admin -- grant EMAIL AMOUNT      gives it credits`;

const commands: Record<string, (app: App, email: string, rest: string[]) => Promise<string>> = {
  async promote(app, email) {
    await promote(app, email);
    return `${email} is an administrator now.`;
  },
  async disable(app, email) {
    await disable(app, email);
    return `${email} is disabled.`;
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
};

const [name = '', email, ...rest] = process.argv.slice(2);
const command = commands[name];
if (!command || !email) {
  console.error(USAGE);
  process.exit(2);
}
const { app, close } = await openApp({ ...readConfig(), logLevel: 'warn' });
try {
  console.log(await command(app, email, rest));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await close();
}
