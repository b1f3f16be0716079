import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { either as E, type taskEither as TE } from 'fp-ts';
import type { FilesFailure } from '../../domain/port/files.ts';
import type { Exclusively, Occupied } from '../../domain/port/passwords.ts';
import { failed } from './failure.ts';
import { giveOwner } from './owner.ts';

/** The exclusive lock on an open file, without waiting; left says why there is none to be had. */
type Lock = (fd: number) => E.Either<string, boolean>;

const patienceMs = 5000;
const againMs = 20;

/** flock(2) on `<path>.lock`, which stays, with the owner of `path`: the lock goes with the process, whatever becomes of that. */
export const exclusivelyBy =
  (lock: Lock): Exclusively =>
  <Failure, A>(
    path: string,
    run: TE.TaskEither<Failure, A>,
  ): TE.TaskEither<Failure | FilesFailure | Occupied, A> =>
  async () => {
    const occupied = (reason: string): E.Either<Occupied, never> =>
      E.left({ type: 'occupied', path, reason });
    const opened = await open(`${path}.lock`, 'a', 0o600).catch(failed(path));
    if ('type' in opened) return E.left(opened);
    try {
      const kept = await giveOwner(opened, path).catch(failed(path));
      if (kept !== undefined) return E.left(kept);
      const until = performance.now() + patienceMs;
      for (;;) {
        const locked = lock(opened.fd);
        if (E.isLeft(locked)) return occupied(locked.left);
        if (locked.right) return await run();
        if (performance.now() > until) return occupied('another process changes it');
        await sleep(againMs);
      }
    } finally {
      await opened.close();
    }
  };
