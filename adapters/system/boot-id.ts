import { readFile } from 'node:fs/promises';
import { taskEither as TE } from 'fp-ts';

export type BootIdFailure = { readonly type: 'boot-id-unreadable'; readonly reason: string };

/** The UUID that the kernel drew when it booted (random(4)): pods that were wired under another one are gone. */
export const bootId: TE.TaskEither<BootIdFailure, string> = TE.tryCatch(
  async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(),
  (cause) => ({ type: 'boot-id-unreadable', reason: String(cause) }),
);
