import { randomUUID } from 'node:crypto';
import test from 'ava';
import { seal } from '../../../domain/chain.ts';
import { decodeMetadata } from '../../../domain/envelope.ts';
import { wireMetadata } from '../../../domain/esdb/ledger-event.ts';
import { sealClientEvents } from '../../../domain/esdb/seal-client-events.ts';
import type { EventToAppend } from '../../../domain/port/event-store.ts';
import { linkOf } from '../../../domain/verify/chain-check.ts';
import { collect, realClock, sha256 } from '../event-store/support.ts';
import { append, must, numbered, type OpenLog, placeOf, read, readAll, refused, sent } from './support.ts';

const stream = 'host-edge:n1:0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b';

const ledgerEvents = (count: number) =>
  seal(
    sha256,
    stream,
    undefined,
    Array.from({ length: count }, (_, index) => ({
      id: randomUUID().replace(/-4/, '-5'),
      type: 'PodWired',
      payload: `{"containerId":"pod-${index}","ifname":"eth0","network":"pods"}`,
      metadata: {
        schema: 1,
        time: '2026-11-21T12:00:00.000Z',
        actor: 'agent',
        incarnation: '0f7fa3a2-6a3d-4c0f-9a51-6d1f6f1d2c3b',
        $causationId: 'c',
        $correlationId: 'r',
      },
    })),
  );

export const appendContract = (name: string, open: OpenLog): void => {
  test(`${name}: clients: events are appended together, and their last place is the answer`, async (t) => {
    const log = open(t, realClock);
    t.deepEqual(await append(log, 'orders', numbered(0, 3)), { revision: 2, position: 2 });
    t.deepEqual(await append(log, 'bills', numbered(0, 1), 'no-stream'), { revision: 0, position: 3 });
    t.deepEqual(await append(log, 'orders', numbered(3, 1), 2), { revision: 3, position: 4 });
    t.deepEqual(await append(log, 'orders', [], 'any'), { revision: 3, position: 4 });
    t.deepEqual(await read(log, 'bills'), ['bills@0 {"number":0}']);
  });

  test(`${name}: clients: a refused append leaves nothing, and those beside it go on`, async (t) => {
    const log = open(t, realClock);
    const wanted = { stream: 'orders', expected: 'no-stream' } as const;
    const answers = await Promise.all([
      log.clients.append({ ...wanted, events: numbered(0, 2) })(),
      log.clients.append({ ...wanted, events: numbered(7, 2) })(),
      log.clients.append({ stream: 'bills', expected: 'any', events: numbered(0, 1) })(),
    ]);
    t.deepEqual(
      answers.map(({ _tag }) => _tag),
      ['Right', 'Left', 'Right'],
    );
    t.deepEqual(await readAll(log), [
      'orders@0 {"number":0}',
      'orders@1 {"number":1}',
      'bills@0 {"number":0}',
    ]);
    t.deepEqual(await refused(log.clients.append({ ...wanted, events: numbered(7, 2) })), {
      type: 'conflict',
      stream: 'orders',
      expected: 'no-stream',
      actual: 1,
    });
  });

  test(`${name}: clients: an append that is repeated is there once, in one group or later`, async (t) => {
    const log = open(t, realClock);
    const events = numbered(0, 3);
    const wanted = { stream: 'orders', expected: 'any', events } as const;
    const together = await Promise.all([must(log.clients.append(wanted)), must(log.clients.append(wanted))]);
    t.deepEqual(together.map(placeOf), [
      { revision: 2, position: 2 },
      { revision: 2, position: 2 },
    ]);
    await append(log, 'orders', numbered(3, 1));
    t.deepEqual(await append(log, 'orders', events), { revision: 2, position: 2 });
    t.deepEqual(await append(log, 'orders', events, 'no-stream'), { revision: 2, position: 2 });
    t.deepEqual(await append(log, 'orders', events.slice(1), 0), { revision: 2, position: 2 });
    t.is((await read(log, 'orders')).length, 4);
  });

  test(`${name}: clients: one id may be used in many streams`, async (t) => {
    const log = open(t, realClock);
    const event = sent(1);
    for (const into of ['orders', 'bills']) t.is((await append(log, into, [event])).revision, 0);
    t.deepEqual(await readAll(log), ['orders@0 {"number":1}', 'bills@0 {"number":1}']);
  });

  test(`${name}: clients: any bytes, type and metadata are read as they were sent`, async (t) => {
    const log = open(t, realClock);
    const bytes = new Uint8Array([0, 255, 128]);
    const events = [
      sent(1, { data: bytes, metadata: bytes, contentType: 'application/octet-stream' }),
      sent(2, { type: 'Größe 🙂', metadata: '{"$causationId":"x"}', contentType: 'text/plain; charset=x' }),
      sent(3, { data: Buffer.from('{"a":"é"}') }),
    ];
    await append(log, 'Ströme/🙂', events);
    const [page] = await Array.fromAsync(
      await must(
        log.clients.readStream({ stream: 'Ströme/🙂', direction: 'forwards', from: 0, limit: Infinity }),
      ),
    );
    t.deepEqual(
      page?.events.map(({ recordedAt, ...event }) => event),
      events.map((event, revision) => ({
        ...event,
        data: revision === 2 ? '{"a":"é"}' : event.data,
        stream: 'Ströme/🙂',
        revision,
        position: revision,
      })),
    );
  });

  test(`${name}: clients: their events are links of their stream’s chain, with an envelope`, async (t) => {
    const log = open(t, realClock);
    await append(log, 'orders', numbered(0, 3));
    await append(log, 'orders', numbered(3, 1));
    const recorded = await collect(log.readStream('orders'));
    let head: { revision: number; hash: string } | undefined;
    for (const event of recorded) {
      const linked = linkOf(sha256, head, { ...event, logHash: '' });
      t.like(linked, { _tag: 'Right' });
      const { logId } = log.identity;
      t.like(decodeMetadata(event), {
        right: { actor: 'client', incarnation: logId, time: event.recordedAt, schema: 1 },
      });
      head = event;
    }
    t.is(recorded.length, 4);
  });

  test(`${name}: clients: whoever reads the log recomputes their rows, hashes and all`, async (t) => {
    const log = open(t, realClock);
    const bytes = new Uint8Array([0, 255, 128]);
    await append(log, 'orders', [sent(1, { data: bytes }), sent(2, { metadata: '{"$causationId":"x"}' })]);
    await append(log, 'bills', [sent(3)]);
    await must(log.clients.delete({ stream: 'orders', expected: 'any' }));
    await append(log, 'orders', numbered(4, 2));
    await must(log.clients.tombstone({ stream: 'bills', expected: 'any' }));
    const { logId } = log.identity;
    const heads = new Map<string, EventToAppend & { readonly revision: number }>();
    const made: unknown[] = [];
    for await (const { events } of log.clients.readAll({ direction: 'forwards', from: 0, limit: Infinity }))
      for (const event of events) {
        const { stream: into, revision, recordedAt } = event;
        const parts = { sha256, logId, recordedAt };
        const [row] = sealClientEvents(parts, into, heads.get(into), [event]).events;
        if (row === undefined) return t.fail();
        heads.set(into, { ...row, revision });
        made.push({ ...row, stream: into, revision, position: event.position, recordedAt });
      }
    t.is(made.length, 8);
    t.deepEqual(made, await collect(log.readAll()));
  });

  test(`${name}: clients: a ledger stream takes what its writer chained, and nothing else`, async (t) => {
    const log = open(t, realClock);
    const events = ledgerEvents(3);
    const onWire = events.map(({ id, type, payload, metadata, hash }) =>
      sent(payload, { id, type, metadata: wireMetadata(metadata, hash) }),
    );
    t.deepEqual(await append(log, stream, onWire.slice(0, 2), 'no-stream'), { revision: 1, position: 1 });
    t.deepEqual(await append(log, stream, onWire.slice(0, 2), 'no-stream'), { revision: 1, position: 1 });
    const wanted = { stream, expected: 1, events: [sent(1)] } as const;
    t.is((await refused(log.clients.append(wanted))).type, 'event-refused');
    t.deepEqual(await append(log, stream, onWire.slice(2), 1), { revision: 2, position: 2 });
    t.deepEqual(
      (await collect(log.readStream(stream))).map(({ id, type, payload, metadata, hash }) => ({
        id,
        type,
        payload,
        metadata,
        hash,
      })),
      [...events],
    );
  });

  test(`${name}: clients: of what was written now the answer has stamp and hash, of a repeat it has neither`, async (t) => {
    const log = open(t, realClock);
    const append = { stream: 'orders', expected: 'no-stream', events: numbered(0, 2) } as const;
    const { written, ...place } = await must(log.clients.append(append));
    const last = (await collect(log.readStream('orders'))).at(-1);
    t.deepEqual(written, last && { recordedAt: last.recordedAt, hash: last.hash });
    t.deepEqual(await must(log.clients.append(append)), place);
    t.deepEqual(await must(log.clients.append({ ...append, expected: 1, events: [] })), place);
  });

  test(`${name}: clients: a number that has no canonical text is refused, to nobody but who sent it`, async (t) => {
    const log = open(t, realClock);
    const own = ledgerEvents(1).map(({ id, type, payload, metadata, hash }) =>
      sent(payload, {
        id,
        type,
        metadata: wireMetadata(metadata, hash).replace('"schema":1', '"schema":-0'),
      }),
    );
    const [bad, good] = await Promise.all([
      refused(log.clients.append({ stream, expected: 'no-stream', events: own })),
      append(log, 'orders', numbered(0, 1)),
    ]);
    t.is(bad.type, 'event-refused');
    t.deepEqual(good, { revision: 0, position: 0 });
  });
};
