import type { Words } from './words.ts';

type Refused = { readonly path: string; readonly reason: string; readonly remedy: string };

/** A refusal where the answer would be, and exit code 1. */
export const printFailed = (json: boolean, { msg, remedy }: Words): void => {
  if (json) process.stdout.write(`${JSON.stringify({ error: { msg, remedy } })}\n`);
  else process.stderr.write(`error: ${msg}\n       ${remedy}\n`);
  process.exitCode = 1;
};

export const printRefused = (json: boolean, { path, reason, remedy }: Refused): void =>
  printFailed(json, { msg: `${path}: ${reason}`, remedy });
