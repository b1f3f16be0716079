import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { jsonLine } from './json-line.ts';
import type { Launch, Launched } from './launch.ts';

/*
 * Started by `startLauncher`, under bun: there a new process costs less than half of what it does under Node, which forks. One
 * launch a line in, one a line out, as JSON.
 */

const launched = ({ id, program, args = [], env, input }: Launch): Promise<Launched> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn(program, args, { env: { ...env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const end = (code: number | null): void => {
      const ms = performance.now() - startedAt;
      const [outText, errText] = [out, err].map((chunks) => Buffer.concat(chunks).toString('utf8'));
      resolve({ id, ms, code: code ?? -1, out: outText ?? '', err: errText ?? '' });
    };
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.once('error', (error) => {
      err.push(Buffer.from(error.message));
      end(-1);
    });
    child.once('close', end);
    // A program that reads no input (`/bin/true`) closes it first.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });

createInterface({ input: process.stdin })
  .on('line', (line) => {
    void launched(JSON.parse(line) as Launch).then((ended) => {
      process.stdout.write(jsonLine(ended));
    });
  })
  .on('close', () => process.exit(0));
