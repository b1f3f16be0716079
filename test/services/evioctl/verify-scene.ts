import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openNodeKey } from '../../../adapters/system/keys.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { append, clockOf } from '../../contract/event-store/support.ts';
import { incarnation } from '../../support/events.ts';
import { type Told, written } from '../../support/logged.ts';
import { type Ended, runToEnd } from '../../support/node.ts';

export const script = resolve(import.meta.dirname, '../../../services/evioctl/main.ts');

export const evioctl = (...args: ReadonlyArray<string>): Promise<Ended> =>
  runToEnd([process.execPath, script, ...args], { env: { PATH: process.env['PATH'] } });

export const scratch = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'evio-verify-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** The node's key beside its log, as the agent leaves it; gives the public key. */
export const makeKey = async (folder: string): Promise<string> => {
  const key = await openNodeKey(join(folder, 'node.key'))();
  if (E.isLeft(key)) throw new Error(key.left.reason);
  return key.right.publicKey;
};

/** A real log of these events; all logs made so bear one id, as copies of one log do. */
export const writeLog = async (path: string, ...events: ReadonlyArray<Told>): Promise<string> => {
  const clock = clockOf('2026-03-01T08:00:00.001Z');
  const store = openSqliteStore({ path, clock, newLogId: () => incarnation, sha256 });
  if (E.isLeft(store)) throw new Error(JSON.stringify(store.left));
  for (const { stream, revision, ...event } of written(...events))
    await append(store.right, {
      stream,
      expectedRevision: revision === 0 ? 'no-stream' : revision - 1,
      events: [event],
    });
  await store.right.close();
  return path;
};
