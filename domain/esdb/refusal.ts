import { Uuid } from '../identity/uuid.ts';
import type { ClientAppend, ClientAppendFailure, ClientEvent } from '../port/client-log.ts';
import { describedBy } from './ledger-stream.ts';
import { tombstoneType } from './system-event.ts';

type Refused = Extract<ClientAppendFailure, { readonly type: 'event-refused' }>;

export const eventRefused = (stream: string, reason: string): Refused => ({
  type: 'event-refused',
  stream,
  reason,
});

/** No C string ends in the middle of a name, whoever reads the file. */
const isName = (name: string): boolean => name !== '' && !name.includes('\0');

/** What is wrong with a stream's name; `undefined` of one that may be written to. */
export const streamRefused = (stream: string): Refused | undefined => {
  const described = describedBy(stream) ?? stream;
  if (!isName(described))
    return eventRefused(
      stream,
      `no stream can be called '${stream}': give it a name, without NUL characters`,
    );
  return described !== stream && describedBy(described) !== undefined
    ? eventRefused(stream, `${stream} would be the metadata of a metadata stream, which has none`)
    : undefined;
};

const wrongWith = ({ id, type }: ClientEvent): string | undefined => {
  if (!Uuid.is(id)) return `the event id ${id} is not a UUID in lower case`;
  if (!isName(type)) return `event ${id} has no type, or one with a NUL character: name it`;
  return type === tombstoneType
    ? `event ${id} has the type ${type}, which ends a stream: tombstone the stream instead`
    : undefined;
};

/** What no stream takes. */
export const appendRefused = ({ stream, events }: ClientAppend): Refused | undefined => {
  const refused = streamRefused(stream);
  if (refused !== undefined) return refused;
  for (const event of events) {
    const reason = wrongWith(event);
    if (reason !== undefined) return eventRefused(stream, reason);
  }
  return undefined;
};
