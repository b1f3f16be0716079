import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { act } from '../../simulator/act.ts';
import { network } from '../../simulator/slots.ts';
import type { Step } from '../../simulator/step.ts';
import { makeWorld } from '../../simulator/world.ts';

test('GC goes on behind a deletion that fails, and names that one at the end', async (t) => {
  const world = makeWorld(1, {});
  const settle = async (): Promise<void> => {
    await turn();
    while (!world.loop.quiet()) {
      world.loop.release(0);
      await turn();
    }
  };
  for (const step of [
    { type: 'start' },
    { type: 'configure', variant: 0 },
    { type: 'join' },
    { type: 'stage' },
    { type: 'add', slot: 1 },
    { type: 'add', slot: 2 },
    { type: 'add', slot: 3 },
  ] satisfies ReadonlyArray<Step>) {
    // A namespace's identity follows from the step that made it.
    world.steps += 1;
    act(world, step);
    await settle();
    // An ADD's turn ends with the announcement, a moment behind its answer.
    if (step.type === 'add') world.loop.elapse();
    await settle();
  }
  const held = () => [...world.history.host.attachments.keys()];
  const before = held();
  t.is(before.length, 3);

  world.faults.once.add('detachPod');
  const requestId = '2f1d8a52-6a1e-4a3c-9a51-6d1f6f1d2c3b';
  const answered = world.life?.handle?.({
    method: 'POST',
    path: '/v1/gc',
    query: {},
    body: { protocol: 1, requestId, attempt: 0, network, validAttachments: [] },
    gone: new AbortController().signal,
  });
  await settle();
  const answer = await answered;
  const left = held();
  t.is(left.length, 1);
  t.is(answer?.status, 409);
  const msg = `1 of 3 attachments could not be deleted: ${left[0]}: the kernel refused to detachPod: EIO`;
  t.like(answer?.body, { error: { code: 5, msg } });
});
