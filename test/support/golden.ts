import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { either as E } from 'fp-ts';
import { sha256 } from '../../adapters/system/sha256.ts';
import { type AuditEvent, auditEvents } from '../../domain/audit/events.ts';
import { seal } from '../../domain/chain.ts';
import { type ClusterEvent, clusterEvents } from '../../domain/cluster/events.ts';
import { decodeEvent, encodeEvent } from '../../domain/event.ts';
import { type HostEvent, hostEvents } from '../../domain/host/events.ts';
import type { EventToAppend } from '../../domain/port/event-store.ts';
import { incarnation } from './events.ts';

export const codecs = { ...hostEvents, ...clusterEvents, ...auditEvents };
export const stream = `host-evio:node-1:${incarnation}`;

export const readGolden = async (name: string): Promise<ReadonlyArray<EventToAppend>> =>
  JSON.parse(await readFile(join(import.meta.dirname, '../golden', name), 'utf8'));

/** The events as a program stores them for these readers. */
export const sealedFor = (reader: number, events: ReadonlyArray<HostEvent | ClusterEvent | AuditEvent>) =>
  seal(
    sha256,
    stream,
    undefined,
    events.map((event, index) => {
      const { type, schema, payload } = encodeEvent(codecs)(event, reader);
      return {
        id: `00000000-0000-5000-8000-${index.toString(16).padStart(12, '0')}`,
        type,
        payload,
        metadata: {
          schema,
          time: '2026-03-01T08:00:00.000Z',
          actor: 'agent',
          incarnation,
          $causationId: '11111111-1111-5111-8111-111111111111',
          $correlationId: '22222222-2222-4222-8222-222222222222',
        },
      };
    }),
  );

/** What a golden line means; why not, where it cannot be read. */
export const decodedAt = (line: EventToAppend, index: number) => {
  const recordedAt = '2026-03-01T08:00:00.001Z';
  const decoded = decodeEvent(codecs)({ ...line, stream, revision: index, position: index, recordedAt });
  return E.isRight(decoded) ? decoded.right.event : decoded.left;
};
