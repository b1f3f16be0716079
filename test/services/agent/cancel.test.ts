import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { run } from '../../support/run.ts';
import {
  assertSound,
  callFor,
  eventuallyReaches,
  holdUp,
  refusalOf,
  sharedScene,
  threeViews,
} from '../../support/scene.ts';

const scene = sharedScene(test);

const nothing = { log: [], switch: [], kernel: [] };

const isPlugged = ({ name }: Netns): Promise<true> =>
  eventually('its port is in the database', async () =>
    (await scene().pods()).some(({ containerId }) => containerId === name) &&
    (await scene().ports()).length === 1
      ? true
      : undefined,
  );

/** Sooner than an ADD that nobody gave up stops waiting for the switch. */
const isGone = (): Promise<true> =>
  eventually(
    'nothing is left',
    async () => (JSON.stringify(await threeViews(scene())) === JSON.stringify(nothing) ? true : undefined),
    7_000,
  );

test.serial('a DEL ends an ADD that waits for the switch, and leaves nothing', async (t) => {
  const { node, makePod, add, del } = scene();
  const pod = await makePod();
  const goOn = holdUp(t, await node.ovs.switchdPid());
  const adding = node.cni('ADD', callFor(pod));
  await isPlugged(pod);
  const asked = performance.now();
  await del(pod);
  t.true(performance.now() - asked < 7_000, 'it sat through the wait for the switch');
  const added = await adding;
  t.is(added.code, 1);
  t.like(refusalOf(added), { code: 11, details: 'nothing was left behind' });
  t.deepEqual(await threeViews(scene()), nothing);

  goOn();
  await add(pod);
  await eventuallyReaches(pod, '10.244.0.1');
  await assertSound(t, scene());
  await del(pod);
});

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test.serial(
    `an ADD whose plugin is ended by ${signal} is rolled back while the switch is still held up`,
    async (t) => {
      const { node, makePod, add, del, log } = scene();
      const pod = await makePod();
      const from = (await log()).length;
      const goOn = holdUp(t, await node.ovs.switchdPid());
      const adding = node.startCni('ADD', callFor(pod));
      await isPlugged(pod);
      adding.signal(signal);
      const { exitCode, stdout } = await adding.ended;
      if (signal === 'SIGTERM') {
        t.is(exitCode, 1);
        t.like(refusalOf({ out: stdout }), { code: 11, details: 'the agent undoes what it had begun' });
      }
      await isGone();
      t.deepEqual(
        (await log()).slice(from).map(({ type, payload }) => [type, payload['reason']]),
        [
          ['PodAdded', undefined],
          ['PodDeleted', 'wiring-failed'],
        ],
      );

      goOn();
      await add(pod);
      await eventuallyReaches(pod, '10.244.0.1');
      await del(pod);
      t.deepEqual(await threeViews(scene()), nothing);
    },
  );
}

test.serial('ADDs of other pods do not wait for one that the runtime has given up', async (t) => {
  const { node, makePods, cni, add, del } = scene();
  const [given, other] = await makePods(2);
  if (given === undefined || other === undefined) throw new Error('there are no pods');
  const adding = node.startCni('ADD', callFor(given));
  adding.signal('SIGKILL');
  await add(other);
  await adding.ended;
  t.is((await cni('DEL', given)).code, 0);
  await eventuallyReaches(other, '10.244.0.1');
  await del(other);
  await isGone();
});

/** Has the agent's next write to its log take so long, and its thread do nothing else meanwhile. */
const holdUpNextWrite = async (t: ExecutionContext, ms: number): Promise<void> => {
  const { node } = scene();
  await run('strace', '--version');
  const tracer = spawn('strace', [
    ...['-f', '-o', '/dev/null', '-p', String(node.agentPid())],
    ...['-e', 'trace=pwrite64', '-e', `inject=pwrite64:delay_enter=${ms}ms:when=1`],
  ]);
  t.teardown(() => tracer.kill());
  let said = '';
  tracer.stderr.on('data', (text) => {
    said += text;
  });
  await eventually('strace is attached', async () => (said.includes('attached') ? true : undefined));
};

test.serial(
  'an ADD whose plugin goes as it is answered is undone, before its turn is another’s',
  async (t) => {
    const { node, makePod, add, del, log } = scene();
    const pod = await makePod();
    const from = (await log()).length;
    const goOn = holdUp(t, await node.ovs.switchdPid());
    const adding = node.startCni('ADD', callFor(pod));
    await isPlugged(pod);
    await holdUpNextWrite(t, 3000);
    goOn();
    // Its port forwards: the agent is about to write that it did, and then it answers.
    await sleep(1500);
    adding.signal('SIGKILL');
    await adding.ended;
    await add(pod);
    await eventuallyReaches(pod, '10.244.0.1');
    t.deepEqual(
      (await log()).slice(from).map(({ type, payload }) => [type, payload['reason']]),
      [
        ['PodAdded', undefined],
        ['PodWired', undefined],
        ['PodDeleted', 'unheard'],
        ['PodAdded', undefined],
        ['PodWired', undefined],
      ],
    );
    await assertSound(t, scene());
    await del(pod);
    t.deepEqual(await threeViews(scene()), nothing);
  },
);
