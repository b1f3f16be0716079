import test from 'ava';
import { either as E, taskEither as TE } from 'fp-ts';
import type { EventStore, ReadFailure } from '../../../domain/port/event-store.ts';
import { connect } from '../../../simulator/connection.ts';
import { checkQuiet } from '../../../simulator/promises/quiet.ts';
import { ask, check } from '../../../simulator/runtime.ts';
import { joinedWorld } from '../../support/joined-world.ts';

const lost: ReadFailure = { type: 'unavailable', reason: 'the cluster log does not answer' };

/** A cluster log whose link may be cut: from then on every call fails, and so does what waits at its end. */
const severable = () => {
  let cut: () => void = () => undefined;
  const severed = new Promise<never>((_, fail) => {
    cut = () => fail(Object.assign(new Error(lost.reason), lost));
  });
  severed.catch(() => undefined);
  let isCut = false;
  const refused: string[] = [];
  const refuse = (call: string): boolean => {
    if (isCut) refused.push(call);
    return isCut;
  };
  const told = async function* <A>(call: string, source: AsyncIterable<A>) {
    if (refuse(call)) await severed;
    const from = source[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([from.next(), severed]);
      if (next.done === true) return;
      yield next.value;
    }
  };
  const over = (store: EventStore): EventStore => ({
    ...store,
    append: (append) => (refuse('append') ? TE.left(lost) : store.append(append)),
    head: (stream) => (refuse('head') ? TE.left(lost) : store.head(stream)),
    readStream: (stream, from) => told('readStream', store.readStream(stream, from)),
    readAll: (from) => told('readAll', store.readAll(from)),
    subscribe: (subscription) => told('subscribe', store.subscribe(subscription)),
  });
  return {
    over,
    refused,
    sever: () => {
      isCut = true;
      cut();
    },
  };
};

test('with the cluster log gone, ADD, CHECK, STATUS and DEL are served from the own log alone', async (t) => {
  const { over, refused, sever } = severable();
  const { world, drive, slot } = await joinedWorld({
    ports: (ports) => ({ ...ports, clusterLog: over(ports.ownLog) }),
  });
  const pod = slot(1);
  await drive.step({ type: 'add', slot: 2 });
  t.is(slot(2).belief, 'live');
  sever();
  await drive.go();
  for (let tries = 0; refused.length < 2 && tries < 20; tries += 1) await drive.later();
  // The node that observes the cluster first asks where its stream ends, and its allocator how far its decisions go.
  t.deepEqual(refused, ['head', 'head'], 'who follows the cluster log tries again in vain');
  refused.length = 0;

  await drive.step({ type: 'add', slot: 1 });
  t.is(pod.belief, 'live');
  // An ADD's turn ends with the announcement, a moment behind its answer.
  await drive.later();
  t.is(pod.addresses.length, world.dualStack ? 2 : 1);
  const answers: unknown[] = [];
  check(world, pod, (answer) => answers.push(answer));
  await drive.go();
  void connect(world, { alive: true, name: 'STATUS' })
    .call(
      'POST',
      '/v1/status',
      { protocol: 1, requestId: world.ids.random(), attempt: 0, network: 'evio' },
      1000,
    )()
    .then((answer) => answers.push(answer));
  await drive.go();
  t.deepEqual(answers, [
    E.right({ status: 200, body: { result: {} } }),
    E.right({ status: 200, body: { result: {} } }),
  ]);
  for (const index of [1, 2]) {
    await drive.step({ type: 'del', slot: index });
    t.is(slot(index).belief, 'absent');
  }
  t.is(world.history.host.attachments.size, 0);
  t.deepEqual(refused, [], 'none of them asked the cluster log');

  ask(world, 'GET', '/v1/leases');
  await drive.go();
  t.deepEqual(refused, ['readStream'], 'the leases are the cluster’s to tell');
  checkQuiet(world);
  t.is(world.broken, undefined);
});
