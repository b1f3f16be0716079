import { DatabaseSync } from 'node:sqlite';

/** How long the one who makes an index is waited for; then a private one is made. Milliseconds. */
const patience = 60_000;

/**
 * Lets one program at a time make or change the index: a transaction held on a small file beside it, which the kernel drops with
 * the process. Throws when the folder cannot be written, or the wait was in vain.
 */
export const alone = <A>(path: string, change: () => A): A => {
  const lock = new DatabaseSync(`${path}-lock`, { timeout: patience });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return change();
  } finally {
    lock.close();
  }
};
