import { writeFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { type KernelRefused, refused } from './rtnetlink.ts';

export type Setting = { readonly path: string; readonly value: string };

/** Writes settings below /proc/sys/net of the namespace that the calling thread is in; stops at the first refusal. */
export const writeSettings = (settings: ReadonlyArray<Setting>): E.Either<KernelRefused, void> => {
  for (const { path, value } of settings) {
    try {
      writeFileSync(`/proc/sys/net/${path}`, value);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return E.left(refused(`set net/${path} to ${value}`, code));
    }
  }
  return E.right(undefined);
};
