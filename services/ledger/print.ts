type Refused = { readonly path: string; readonly reason: string; readonly remedy: string };

/** A refusal where the answer would be, and exit code 1. */
export const printRefused = (json: boolean, { path, reason, remedy }: Refused): void => {
  if (json) process.stdout.write(`${JSON.stringify({ error: { msg: `${path}: ${reason}`, remedy } })}\n`);
  else process.stderr.write(`error: ${path}: ${reason}\n       ${remedy}\n`);
  process.exitCode = 1;
};
