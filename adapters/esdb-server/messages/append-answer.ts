import { stampedFields } from '../../../domain/esdb/append-stamped.ts';
import type { ClientAppended, ClientAppendFailure } from '../../../domain/port/client-log.ts';
import { makeWriter, type Writer } from '../protobuf/writer.ts';
import type { ToldRefusal } from '../refusal.ts';
import { writeBoth } from './position.ts';
import { writeId } from './read-answer.ts';

/* Fields are written last first (../protobuf/writer.ts). */

const framed = (body: (writer: Writer) => void): Buffer => {
  const writer = makeWriter(256);
  writer.framed(() => body(writer));
  return writer.written();
};

/** `Success`: AppendResp and BatchAppendResp have the same fields. */
const writeSuccess = (writer: Writer, { revision, position }: ClientAppended): void => {
  if (position === undefined) writer.empty(4);
  else writer.message(3, () => writeBoth(writer, position));
  if (revision === 'no-stream') writer.empty(2);
  else writer.number(1, revision);
};

/** AppendResp of an append that was done. */
export const appendAnswer = (appended: ClientAppended): Buffer =>
  framed((writer) => writer.message(1, () => writeSuccess(writer, appended)));

/** The same for `appendStampedPath`. */
export const stampedAnswer = (appended: ClientAppended): Buffer =>
  framed((writer) => {
    const { written } = appended;
    if (written !== undefined) {
      writer.text(stampedFields.hash, written.hash);
      writer.text(stampedFields.recordedAt, written.recordedAt);
    }
    writer.message(1, () => writeSuccess(writer, appended));
  });

type Conflict = Extract<ClientAppendFailure, { readonly type: 'conflict' }>;

/** AppendResp of one that met another revision: no error in this protocol. 1 to 5 are for clients of version 20.6. */
export const conflictAnswer = ({ expected, actual }: Conflict): Buffer =>
  framed((writer) =>
    writer.message(2, () => {
      if (expected === 'no-stream') writer.empty(11);
      else if (expected === 'stream-exists') writer.empty(10);
      else if (expected === 'any') writer.empty(9);
      else writer.number(8, expected);
      if (actual === 'no-stream') writer.empty(7);
      else writer.number(6, actual);
      if (expected === 'stream-exists') writer.empty(5);
      else if (expected === 'any') writer.empty(4);
      else if (expected !== 'no-stream') writer.number(3, expected);
      if (actual === 'no-stream') writer.empty(2);
      else writer.number(1, actual);
    }),
  );

/** DeleteResp and TombstoneResp. */
export const deletionAnswer = ({ position }: ClientAppended): Buffer =>
  framed((writer) => {
    if (position === undefined) writer.empty(2);
    else writer.message(1, () => writeBoth(writer, position));
  });

/** Which append of a BatchAppend is answered; `stream` is empty where the request named none that can be: official clients fail where it is absent. */
export type Correlated = { readonly correlation: string; readonly stream: string };

const writeCorrelated = (writer: Writer, { correlation, stream }: Correlated, outcome: () => void): void => {
  writer.message(4, () => writer.text(3, stream));
  outcome();
  writer.message(1, () => writeId(writer, correlation, 'text'));
};

export const batchAnswer = (correlated: Correlated, appended: ClientAppended): Buffer =>
  framed((writer) =>
    writeCorrelated(writer, correlated, () => writer.message(3, () => writeSuccess(writer, appended))),
  );

/** The refusal as google.rpc.Status, its detail in a google.protobuf.Any. */
export const batchRefusal = (correlated: Correlated, { status, detail }: ToldRefusal): Buffer =>
  framed((writer) =>
    writeCorrelated(writer, correlated, () =>
      writer.message(2, () => {
        writer.message(3, () => {
          writer.message(2, () => detail.write(writer));
          writer.text(1, `type.googleapis.com/event_store.client.${detail.message}`);
        });
        writer.text(2, status.message);
        writer.number(1, status.code);
      }),
    ),
  );
