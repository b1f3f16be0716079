import { writeFile } from 'node:fs/promises';
import test from 'ava';
import { either as E } from 'fp-ts';
import { readTold } from '../../../../adapters/ovs/openflow/flow-monitor.ts';
import { types } from '../../../../adapters/ovs/openflow/message.ts';
import { openFlowTable } from '../../../../adapters/ovs/openflow/open.ts';
import { eventually } from '../../../support/node.ts';
import { adding, type Bridge, makeBridge, seen, sorted } from '../../../support/openflow.ts';
import { openWire } from '../../../support/openflow-wire.ts';
import {
  asks,
  assertAsked,
  assertKept,
  cookie,
  hear,
  kinds,
  one,
  strict,
  watch,
  withCookie,
} from './watched-bridge.ts';

/** Whoever does this to a kept answer makes it one that is asked for again, and our listeners hear of it. */
const changes: Readonly<Record<string, (bridge: Bridge) => Promise<unknown>>> = {
  'a flow added under the cookie': ({ ofctl }) =>
    ofctl('add-flow', `${withCookie},priority=65001,in_port=1,actions=drop`),
  'a flow of it that leads elsewhere': ({ ofctl }) =>
    ofctl('mod-flows', '--strict', `${strict},actions=output:7`),
  'a flow of it removed': ({ ofctl }) => ofctl('del-flows', '--strict', strict),
  'its flows removed by the cookie': ({ ofctl }) => ofctl('del-flows', `${withCookie}/-1`),
  'all flows of ours removed by their mark': ({ ofctl }) =>
    ofctl('del-flows', 'cookie=0xe710600000000000/0xfffff00000000000'),
  'a flow of it whose place another one takes': ({ ofctl }) =>
    ofctl('add-flow', `cookie=0x17,${strict},actions=drop`),
  'a flow of it that gets another cookie': ({ ofctl }) =>
    ofctl('mod-flows', '-O', 'OpenFlow10', '--strict', `cookie=0x17,${strict},actions=drop`),
  'several changes in one bundle': ({ ofctl }) => ofctl('replace-flows', '--bundle', '/dev/null'),
  'all flows emptied by another fail mode': ({ ovs }) => ovs.vsctl('set-fail-mode', 'evio0', 'secure'),
};

for (const [what, change] of Object.entries(changes))
  test(`${what}: the next answer is the switch’s, and it is told`, async (t) => {
    const watched = await watch(t);
    const before = await assertAsked(t, watched);
    await assertKept(t, watched);
    await change(watched);
    await hear(watched.table);
    const after = await assertAsked(t, watched);
    t.notDeepEqual(after, before);
    await eventually('it is told', async () => (watched.told() > 0 ? true : undefined));
  });

test('a flow with a timeout is not there when it is over', async (t) => {
  const watched = await watch(t);
  await assertAsked(t, watched);
  await watched.ofctl('add-flow', `${withCookie},hard_timeout=1,priority=65001,in_port=1,actions=drop`);
  await eventually('it was seen', async () => (watched.told() > 0 ? true : undefined));
  await eventually('its end is seen', async () =>
    sorted(await watched.table.flows(cookie)()).length === one.length ? true : undefined,
  );
  await hear(watched.table);
  t.deepEqual(sorted(await watched.table.flows(cookie)()), sorted(seen(one)));
});

/** Adds `count` flows of somebody else's under this cookie, half of them of a priority that ours have. */
const addForeign = async ({ socketPath, ofctl }: Bridge, cookie: number, count: number): Promise<void> => {
  const path = `${socketPath}.foreign`;
  const line = (index: number): string =>
    `cookie=${cookie},priority=${index % 2 === 0 ? 65_000 : 100},ip,nw_dst=10.${cookie}.${index >> 8}.${index & 255},actions=drop`;
  await writeFile(path, Array.from({ length: count }, (_, index) => line(index)).join('\n'));
  await ofctl('add-flows', path);
};

test('thousands of flows of somebody else’s change nothing about ours', async (t) => {
  const watched = await watch(t);
  const { table, ofctl } = watched;
  await assertAsked(t, watched);
  // A few at a time: more than the switch's queue to us holds makes it pause.
  for (let some = 1; some <= 10; some += 1) {
    await addForeign(watched, some, 200);
    await hear(table);
    await ofctl('del-flows', `cookie=${some}/-1`);
    await hear(table);
  }
  await assertKept(t, watched);
  t.is(watched.told(), 0);
});

test('a change whose flow cannot be read may be one of ours', async (t) => {
  const watched = await watch(t);
  const { wire, ofctl, table } = watched;
  await assertAsked(t, watched);
  wire.onReceived((message) => {
    if (message.xid !== 0 || message.type !== types.multipartReply) return message;
    // The update ends where the value of its first field would begin.
    message.body.writeUInt16BE(32, 16);
    return { ...message, body: message.body.subarray(0, 48) };
  });
  await ofctl('add-flow', 'cookie=0x17,priority=65000,in_port=77,actions=drop');
  await hear(table);
  await assertAsked(t, watched);
  t.is(watched.told(), 1);
});

test('while the switch holds back what it has to tell, it is asked', async (t) => {
  const watched = await watch(t);
  const { table, wire, ofctl } = watched;
  await assertAsked(t, watched);
  await assertKept(t, watched);
  // Its queue to us is full before these are through. Then it stops telling, until we have read.
  wire.pause();
  await addForeign(watched, 1, 8_000);
  await ofctl('mod-flows', '--strict', `${strict},actions=output:7`);
  let isPaused = false;
  wire.keepBack(({ type, xid }) => {
    const stays = isPaused && xid === 0;
    if (type === types.experimenter) isPaused = true;
    return stays;
  });
  wire.resume();
  await eventually('it says so', async () => (isPaused ? true : undefined));
  await hear(table);
  await assertAsked(t, watched);
  await ofctl('mod-flows', '--strict', `${strict},actions=drop`);
  await assertAsked(t, watched);
  wire.release();
  await eventually('it tells again', async () => {
    const before = watched.asked();
    await table.flows(cookie)();
    return watched.asked() === before ? true : undefined;
  });
  await assertKept(t, watched);
});

test('a switch that cannot tell of changes is asked each time', async (t) => {
  const { socketPath } = await makeBridge(t);
  const wire = await openWire(t, socketPath);
  let asked = 0;
  wire.onSent((message) => {
    if (asks(message, kinds.flows)) asked += 1;
    if (!asks(message, kinds.experimenter)) return message;
    // A kind of question that no switch knows.
    message.body.writeUInt32BE(99, 12);
    return message;
  });
  const table = openFlowTable({ socketPath: wire.path });
  t.teardown(table.close);
  t.deepEqual(await table.change(adding(one))(), E.right(undefined));
  for (const times of [1, 2]) {
    t.deepEqual(sorted(await table.flows(cookie)()), sorted(seen(one)));
    t.is(asked, times);
  }
});

/** An update of 24 bytes, as Open vSwitch sends it for a flow whose match is cut off, behind the multipart's and the experimenter's heads. */
const update = (hex: string) =>
  readTold({
    type: types.multipartReply,
    body: Buffer.from(`ffff0000000000004f4e46000000074e${hex}`, 'hex'),
  });
const added = '001800000000fde8000000000004000000000000e71060';

test('what is told in bytes that nobody knows is told, and no more', (t) => {
  t.is(update(`${added}`), 'unread', 'cut short');
  t.is(update(`0018000400${added.slice(10)}00`), 'unread', 'a fifth kind of event');
  t.is(update('0000000000000000'), 'unread', 'a length that would never end');
  t.is(update('0008000000000000'), 'unread', 'shorter than its head');
  t.deepEqual(update('0008000300000001'), [], 'our own change');
  t.deepEqual(readTold({ type: types.experimenter, body: Buffer.alloc(3) }), []);
  t.deepEqual(readTold({ type: types.multipartReply, body: Buffer.alloc(3) }), []);
});
