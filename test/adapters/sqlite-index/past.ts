import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { makeFolders } from '../../../adapters/fs/folder.ts';
import { openSqliteStore } from '../../../adapters/sqlite/open.ts';
import { openSqliteReader } from '../../../adapters/sqlite/open-reader.ts';
import { openSqliteIndex } from '../../../adapters/sqlite-index/open.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { canonicalJson } from '../../../domain/canonical-json.ts';
import { seal } from '../../../domain/chain.ts';
import { type ClusterEvent, clusterEvents } from '../../../domain/cluster/events.ts';
import { encodeEvent } from '../../../domain/event.ts';
import { type HostEvent, hostEvents } from '../../../domain/host/events.ts';
import type { Incarnation } from '../../../domain/identity/uuid.ts';
import type { LogReader } from '../../../domain/port/log-reader.ts';
import type { OwnershipIndex } from '../../../domain/port/ownership-index.ts';
import { append } from '../../contract/event-store/support.ts';
import { configured, joined, leased, life } from '../../support/cluster.ts';
import { podAdded, podDeleted, podWired } from '../../support/events.ts';

/** An event, the stream it goes to, and what its writer's clock showed: `HH:MM` of one day in March, or a whole RFC 3339 time. */
export type Told = readonly [
  time: string,
  stream: string,
  event: HostEvent | ClusterEvent,
  /** Keys of the stored payload that no version of the event has yet. */
  more?: { readonly [key: string]: boolean },
];

export const day = '2026-03-01';
export const clockTime = (time: string): string => (time.length > 5 ? time : `${day}T${time}:00.000Z`);
export const moment = (time: string): number => Date.parse(clockTime(time));

export const cluster = 'cluster-evio';
export const host = (node: string, incarnation: Incarnation = life(1)): string =>
  `host-evio:${node}:${incarnation}`;

const codecs = { ...hostEvents, ...clusterEvents };

/** Ids count up, so that answers can be stated whole. */
export const eventId = (position: number): string =>
  `00000000-0000-5000-8000-${position.toString(16).padStart(12, '0')}`;

export type Past = {
  readonly tell: (...told: ReadonlyArray<Told>) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A real log that is written as it is told; the events' writers are other logs than this one. */
export const openPast = (path: string, logId: string = randomUUID()): Past => {
  let recorded = '';
  const clock = { now: () => recorded, monotonicMs: () => 0 };
  const opened = openSqliteStore({ path, clock, newLogId: () => logId, sha256 });
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left));
  const heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  let position = 0;
  return {
    tell: async (...told) => {
      for (const [time, stream, event, more] of told) {
        const { type, schema, payload: plain } = encodeEvent(codecs)(event);
        const payload = more === undefined ? plain : canonicalJson({ ...JSON.parse(plain), ...more });
        const head = heads.get(stream);
        recorded = clockTime(time);
        const metadata = {
          schema,
          time: recorded,
          actor: 'agent',
          incarnation: stream.split(':')[2] ?? life(9),
          $causationId: life(7),
          $correlationId: life(8),
        };
        const events = seal(sha256, stream, head, [{ id: eventId(position), type, payload, metadata }]);
        const expectedRevision = head?.revision ?? 'no-stream';
        await append(opened.right, { stream, expectedRevision, events });
        heads.set(stream, { revision: (head?.revision ?? -1) + 1, hash: events[0]?.hash ?? '' });
        position += 1;
      }
    },
    close: opened.right.close,
  };
};

export const writePast = async (path: string, ...told: ReadonlyArray<Told>): Promise<string> => {
  const past = openPast(path);
  await past.tell(...told);
  await past.close();
  return path;
};

export const readerOf = (path: string): LogReader => {
  const opened = openSqliteReader(path);
  if (E.isLeft(opened)) throw new Error(opened.left.reason);
  return opened.right;
};

/** Opens the index of a log for one test; `read` says how many events of the log were read for it. */
export const openIndex = (
  t: ExecutionContext,
  path: string,
  cacheFolder = join(path, '..', 'cache'),
): { readonly index: OwnershipIndex; readonly read: number; readonly close: () => void } => {
  const log = readerOf(path);
  let read = 0;
  const counting: LogReader = {
    ...log,
    pages: function* (from, archived) {
      for (const page of log.pages(from, archived)) {
        read += page.length;
        yield page;
      }
    },
  };
  const opened = openSqliteIndex({
    logPath: path,
    cacheFolder,
    makeFolders,
    reopenLog: () => openSqliteReader(path),
  })(counting, () => undefined);
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left));
  let open = true;
  const close = (): void => {
    if (open) {
      opened.right.close();
      log.close();
    }
    open = false;
  };
  t.teardown(close);
  // Before the first question nothing more is read.
  return { index: opened.right, read, close };
};

const uid = 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e';

export const web = (name: string) => ({ pod: { namespace: 'shop', name, uid } });

/** node-1 with its subnet from 08:00, and two pods of its: web-0 from 09:00 to 11:00, then web-1 with the same address. */
export const oneNode: ReadonlyArray<Told> = [
  ['08:00', cluster, configured()],
  ['08:00', cluster, joined('node-1', '10.10.0.1')],
  ['08:00', cluster, leased('node-1', '10.244.0.0/24')],
  ['08:01', host('node-1'), { type: 'HostStarted', bootId: 'boot-1' }],
  ['09:00', host('node-1'), podAdded('aaaaaa1', '10.244.0.2', web('web-0'))],
  ['09:01', host('node-1'), podWired('aaaaaa1')],
  ['11:00', host('node-1'), podDeleted('aaaaaa1', '10.244.0.2')],
  ['12:00', host('node-1'), podAdded('bbbbbb1', '10.244.0.2', web('web-1'))],
  ['12:01', host('node-1'), podWired('bbbbbb1')],
];
