import test from 'ava';
import { either as E } from 'fp-ts';
import { makeKeptFlows } from '../../../../adapters/ovs/openflow/kept-flows.ts';
import { eventually } from '../../../support/node.ts';
import { addBridge, adding, cookieOf, flowsOf, seen, sorted } from '../../../support/openflow.ts';
import { assertAsked, assertKept, cookie, hear, one, other, watch, withCookie } from './watched-bridge.ts';

const done = E.right(undefined);

test('what was answered is not asked again', async (t) => {
  const watched = await watch(t);
  await assertAsked(t, watched);
  await assertKept(t, watched);
  const before = watched.asked();
  t.is(sorted(await watched.table.flows()()).length, one.length + other.length);
  t.is(watched.asked(), before + 1, 'of all together it is');
  await assertKept(t, watched);
});

test('our own changes are known without being told', async (t) => {
  const watched = await watch(t);
  const { table, told } = watched;
  await assertAsked(t, watched);
  t.deepEqual(await table.change([{ type: 'remove', cookie }])(), done);
  t.deepEqual(await assertAsked(t, watched), []);
  t.deepEqual(await table.change(adding(one.slice(1)))(), done);
  t.is((await assertAsked(t, watched)).length, one.length - 1);
  t.deepEqual(await table.change(adding(one.slice(0, 1)))(), done);
  t.is((await assertAsked(t, watched)).length, one.length);
  // A port's number is used again: the flows of the new pod take the places of those that were left.
  t.deepEqual(await table.change(adding(flowsOf(1, 9)))(), done);
  t.deepEqual(await assertAsked(t, watched), []);
  await hear(table);
  t.is(told(), 0, 'nobody else did anything');
});

test('a change of ours leaves alone what is known of others', async (t) => {
  const watched = await watch(t);
  const { table } = watched;
  await assertAsked(t, watched);
  t.deepEqual(await table.change([{ type: 'remove', cookie: cookieOf(other) }])(), done);
  t.deepEqual(await table.change(adding([...other, ...flowsOf(3)]))(), done);
  await assertKept(t, watched);
});

test('an answer that a change of ours may have overtaken is not kept', async (t) => {
  const watched = await watch(t);
  const { table } = watched;
  const [before] = await Promise.all([table.flows(cookie)(), table.change([{ type: 'remove', cookie }])()]);
  t.deepEqual(sorted(before), sorted(seen(one)));
  t.deepEqual(await assertAsked(t, watched), [], 'asked before it');
  const [, during] = await Promise.all([table.change(adding(one))(), table.flows(cookie)()]);
  t.deepEqual(sorted(during), sorted(seen(one)));
  t.is((await assertAsked(t, watched)).length, one.length, 'asked while it was made');
  await assertKept(t, watched);
});

test('an answer behind which a change of somebody else was heard is not kept', async (t) => {
  const watched = await watch(t);
  const { table, wire, ofctl } = watched;
  wire.keepBack(({ xid }) => xid !== 0);
  const answer = table.flows(cookie)();
  await eventually('the switch is asked', async () => (watched.asked() > 0 ? true : undefined));
  await ofctl('del-flows', `${withCookie}/-1`);
  await eventually('the change is told', async () => (watched.told() > 0 ? true : undefined));
  wire.release();
  t.deepEqual(sorted(await answer), sorted(seen(one)), 'as they were when it was asked');
  t.deepEqual(await assertAsked(t, watched), []);
});

test('what was known ends with the switch, and with the bridge', async (t) => {
  const watched = await watch(t);
  const { ovs, table, told } = watched;
  const ended = async (what: string, end: () => Promise<unknown>): Promise<void> => {
    const before = told();
    await end();
    await eventually(what, async () => (told() > before ? true : undefined));
    t.true(E.isLeft(await table.flows(cookie)()));
  };
  const back = (): Promise<true> =>
    eventually('it is back', async () => (E.isRight(await table.count()()) ? true : undefined));

  await assertAsked(t, watched);
  await ended('the end of the switch is told', ovs.killSwitchd);
  await ovs.startSwitchd();
  await back();
  t.deepEqual(await assertAsked(t, watched), []);

  t.deepEqual(await table.change(adding(one))(), done);
  await assertAsked(t, watched);
  await assertKept(t, watched);
  await ended('the end of the bridge is told', () => ovs.vsctl('del-br', 'evio0'));
  await addBridge(ovs);
  await back();
  t.deepEqual(await assertAsked(t, watched), []);
});

/** Keeps the flows of a pod of this number; without a question that anything could come between. */
const keepOf = (kept: ReturnType<typeof makeKeptFlows>, number: number): void => {
  const flows = flowsOf(number);
  kept.asking(cookieOf(flows))(flows.map((flow) => ({ cookie: flow.cookie, flow })));
};
const isKept = (kept: ReturnType<typeof makeKeptFlows>, number: number): boolean =>
  kept.of(cookieOf(flowsOf(number))) !== undefined;

test('no more is kept than a node has pods: what was kept first goes', (t) => {
  const kept = makeKeptFlows();
  keepOf(kept, 1);
  t.false(isKept(kept, 1), 'nothing before the switch tells of changes');
  kept.hear('telling');
  for (let number = 1; number <= 1_024; number += 1) keepOf(kept, number);
  t.true(isKept(kept, 1));
  keepOf(kept, 1_025);
  t.deepEqual(
    [1, 2, 1_025].map((number) => isKept(kept, number)),
    [false, true, true],
  );
});

test('only flows such as we write are kept, and no answer that there are none', (t) => {
  const kept = makeKeptFlows();
  kept.hear('telling');
  const [flow] = one;
  if (flow === undefined) throw new Error('there are no flows');
  for (const answer of [[{ cookie, flow }, { cookie }], []]) {
    kept.asking(cookie)(answer);
    t.is(kept.of(cookie), undefined);
  }
});

test('the place of a flow that is not kept any more may be anybody’s', (t) => {
  const kept = makeKeptFlows();
  kept.hear('telling');
  const taken = flowsOf(1).map(({ priority, match }) => ({
    cookie: '0000000000000017',
    priority,
    matched: () => ({ match, length: 0 }),
  }));
  const forgetting: ReadonlyArray<() => unknown> = [
    () => kept.changing([{ type: 'remove', cookie: cookieOf(flowsOf(1)) }])(),
    () => kept.hear('unread'),
  ];
  for (const forget of forgetting) {
    keepOf(kept, 1);
    forget();
    t.deepEqual(kept.hear(taken), new Set());
  }
  keepOf(kept, 1);
  t.deepEqual(kept.hear(taken), new Set([cookieOf(flowsOf(1))]));
});

test('a change that is not understood may be any', (t) => {
  const kept = makeKeptFlows();
  kept.hear('telling');
  keepOf(kept, 1);
  const keep = kept.asking(cookieOf(flowsOf(2)));
  t.is(kept.hear('unread'), 'any');
  keep(flowsOf(2).map((flow) => ({ cookie: flow.cookie, flow })));
  t.deepEqual(
    [1, 2].map((number) => isKept(kept, number)),
    [false, false],
  );
  keepOf(kept, 1);
  t.true(isKept(kept, 1), 'what is asked afterwards is kept');
});
