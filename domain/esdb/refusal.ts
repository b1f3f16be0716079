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

/** The part of an event that is half a surrogate pair: no UTF-8 has it, so readers would get another event than the one that was hashed. */
const malformed = ({ type, contentType, data, metadata }: ClientEvent): string | undefined => {
  if (!type.isWellFormed()) return 'type';
  if (!contentType.isWellFormed()) return 'content type';
  if (typeof data === 'string' && !data.isWellFormed()) return 'data';
  return typeof metadata === 'string' && !metadata.isWellFormed() ? 'metadata' : undefined;
};

/** What is wrong with a stream's name; `undefined` of one that may be written to. */
export const streamRefused = (stream: string): Refused | undefined => {
  const described = describedBy(stream) ?? stream;
  if (!isName(described))
    return eventRefused(
      stream,
      `no stream can be called '${stream}': give it a name, without NUL characters`,
    );
  if (described === '$all')
    return eventRefused(stream, '$all is every stream together: append to one of another name');
  if (!stream.isWellFormed())
    return eventRefused(
      stream,
      `the name of the stream ${stream} is not well-formed Unicode: name it otherwise`,
    );
  return described !== stream && describedBy(described) !== undefined
    ? eventRefused(stream, `${stream} would be the metadata of a metadata stream, which has none`)
    : undefined;
};

const wrongWith = (event: ClientEvent): string | undefined => {
  const { id, type } = event;
  if (!Uuid.is(id)) return `the event id ${id} is not a UUID in lower case`;
  if (!isName(type)) return `event ${id} has no type, or one with a NUL character: name it`;
  const part = malformed(event);
  if (part !== undefined)
    return `event ${id}: its ${part} is not well-formed Unicode: send whole characters, or bytes`;
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
