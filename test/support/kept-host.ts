import { either as E } from 'fp-ts';
import { files } from '../../adapters/fs/files.ts';
import { clock } from '../../adapters/system/clock.ts';
import { ids } from '../../adapters/system/ids.ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import { host as decider } from '../../domain/host/decider.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import { hostStateCodec } from '../../domain/host/stored-state.ts';
import type { EventStore } from '../../domain/port/event-store.ts';
import type { LogFields } from '../../domain/port/log.ts';
import type { Host } from '../../services/agent/ports.ts';
import { fileSnapshots } from '../../services/snapshots.ts';
import { openAggregate } from '../../services/transact.ts';
import { incarnation } from './events.ts';

export const stream = `host-evio:node-1:${incarnation}`;

/** A host whose state is kept beside the log at `path`. */
export const openKeptHost = async (
  store: EventStore,
  path: string,
  fingerprint = 'code',
): Promise<{
  readonly host: Host;
  /** The reasons why no snapshot was used, and the failures to write one. */
  readonly said: ReadonlyArray<unknown>;
}> => {
  const said: unknown[] = [];
  const quiet = () => undefined;
  const say =
    (key: string) =>
    (_: string, fields: LogFields = {}): void => {
      said.push(fields[key]);
    };
  const log = { debug: quiet, info: say('reason'), warn: say('failure'), error: quiet };
  const snapshots = fileSnapshots({ files, sha256, log }, { logPath: path, fingerprint });
  const opened = await openAggregate(
    { store, clock, ids, sha256, snapshots },
    { stream, codecs: hostEvents, decider, incarnation, codec: hostStateCodec },
  );
  if (E.isLeft(opened)) throw new Error(JSON.stringify(opened.left));
  return { host: opened.right, said };
};

/** What was decided, in the log; throws the failure. */
export const askHost = async (
  host: Host,
  command: HostCommand,
  durability?: 'written',
): Promise<ReadonlyArray<HostEvent>> => {
  const cause = { actor: 'test', commandId: ids.random(), correlationId: ids.random() };
  const answer = await host.transact(command, cause, durability)();
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left));
  return answer.right;
};

/** Counts what is read of streams, which is what is folded. */
export const countReads = (store: EventStore) => {
  const counted = { read: 0 };
  const readStream: EventStore['readStream'] = async function* (of, from) {
    for await (const event of store.readStream(of, from)) {
      counted.read += 1;
      yield event;
    }
  };
  return { counted, store: { ...store, readStream } };
};
