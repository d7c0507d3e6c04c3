import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const compose = readFileSync('compose.yaml', 'utf8');
const balancer = readFileSync('deploy/haproxy.cfg', 'utf8');
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

/** What a setting of the nodes is, in compose.yaml. */
const setting = (name: string) => Number(new RegExp(`^ +${name}: "(\\d+)"$`, 'm').exec(compose)?.[1]);
const seconds = (file: string, pattern: RegExp) => Number(pattern.exec(file)?.[1]);

describe('the Dockerfile', () => {
  it('takes the major of Node that package.json brings', () => {
    const [major] = String(dependencies.node).split('.');

    expect(/NODE_IMAGE=node:(\d+)-/.exec(dockerfile)?.[1]).toBe(major);
  });

  it('copies only what .dockerignore lets in', () => {
    const letIn = readFileSync('.dockerignore', 'utf8').split('\n');
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
      sources.split(' '),
    );

    expect(letIn[1]).toBe('*');
    expect(copies.length).toBeGreaterThan(5);
    for (const source of copies) expect(letIn).toContain(`!${source}`);
  });
});

describe('compose.yaml', () => {
  it('lets every answer end where it began before a node is closed, and a node close before it is killed', () => {
    const grace = setting('SHUTDOWN_GRACE_MS');
    const killedAfter = seconds(compose, /stop_grace_period: (\d+)s/);

    expect(grace).toBeGreaterThanOrEqual(setting('TUTOR_TOTAL_TIMEOUT_MS'));
    expect(killedAfter * 1000).toBeGreaterThan(setting('SHUTDOWN_DELAY_MS') + grace + 10_000);
  });

  it('has a balancer that waits for the longest answer, and longer than nodes ping their sockets', () => {
    expect(seconds(balancer, /timeout server (\d+)s/) * 1000).toBeGreaterThan(setting('TUTOR_TOTAL_TIMEOUT_MS'));
    expect(seconds(balancer, /timeout tunnel (\d+)s/)).toBeGreaterThan(2 * 12);
  });
});
