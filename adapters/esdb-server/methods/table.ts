import { appendStampedPath } from '../../../domain/esdb/append-stamped.ts';
import { readTogetherPath } from '../../../domain/esdb/read-together.ts';
import type { AskWhoHad } from '../../../domain/port/ask-who-had.ts';
import type { Clock } from '../../../domain/port/clock.ts';
import { whoHadPath } from '../../../domain/projection/who-had-question.ts';
import type { ServedMethod } from '../grpc/serve-call.ts';
import { append, appendStamped } from './append.ts';
import type { Appending } from './appending.ts';
import { batchAppend } from './batch-append.ts';
import { deleteStream, tombstoneStream } from './delete.ts';
import { gossip } from './gossip.ts';
import { listNone, persistentSubscriptions } from './persistent-subscriptions.ts';
import { type ReadParts, readMethod, readTogetherMethod } from './read.ts';
import { serverFeatures } from './server-features.ts';
import type { StayAwake } from './stay-awake.ts';
import { whoHadMethod } from './who-had.ts';

const streams = '/event_store.client.streams.Streams/';

/** Every method that is served, by its path. */
export const methodsOver = (
  parts: Appending &
    ReadParts & {
      readonly clock: Clock;
      readonly openAwake: () => StayAwake;
      readonly whoHad?: AskWhoHad;
    },
): ReadonlyMap<string, ServedMethod> => {
  const { log, clock, openAwake, whoHad } = parts;
  return new Map<string, ServedMethod>([
    [
      '/event_store.client.server_features.ServerFeatures/GetSupportedMethods',
      { for: 'anybody', run: serverFeatures },
    ],
    ['/event_store.client.gossip.Gossip/Read', { for: 'anybody', run: gossip(log.identity, clock) }],
    [`${streams}Append`, { for: 'authenticated', run: append(parts) }],
    [appendStampedPath, { for: 'authenticated', run: appendStamped(parts) }],
    [`${streams}BatchAppend`, { for: 'authenticated', run: batchAppend(parts, clock, openAwake) }],
    [`${streams}Read`, { for: 'authenticated', run: readMethod(parts) }],
    [readTogetherPath, { for: 'authenticated', run: readTogetherMethod(parts) }],
    [`${streams}Delete`, { for: 'authenticated', run: deleteStream(log) }],
    [`${streams}Tombstone`, { for: 'authenticated', run: tombstoneStream(log) }],
    [`${persistentSubscriptions}List`, { for: 'authenticated', run: listNone }],
    ...(whoHad === undefined
      ? []
      : [[whoHadPath, { for: 'authenticated', run: whoHadMethod(whoHad) }] as const]),
  ]);
};
