// The server, stopped when the standard input ends. It calls no process.exit: whatever keeps it alive is a leak.
import 'reflect-metadata';
import { readConfig } from '../../dist/server/config.js';
import { startServer } from '../../dist/server/start.js';

const server = await startServer(readConfig());
process.stdin.resume().once('end', () => server.stop());
