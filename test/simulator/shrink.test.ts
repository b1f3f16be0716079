import test from 'ava';
import { shrink } from '../../simulator/shrink.ts';
import type { Step } from '../../simulator/step.ts';

const release = (pick: number): Step => ({ type: 'release', pick });

const history = Array.from({ length: 100 }, (_, pick) => release(pick));

const needs =
  (...picks: ReadonlyArray<number>) =>
  async (steps: ReadonlyArray<Step>): Promise<boolean> =>
    picks.every((pick) => steps.some((step) => step.type === 'release' && step.pick === pick));

test('what is not needed is left out', async (t) => {
  t.deepEqual(await shrink(history, needs(3, 57, 99), 1000), [3, 57, 99].map(release));
});

test('it stops at the cap with what it has', async (t) => {
  let played = 0;
  const counted = async (steps: ReadonlyArray<Step>): Promise<boolean> => {
    played += 1;
    return needs(99)(steps);
  };
  t.deepEqual(await shrink(history, counted, 1), history.slice(50));
  t.is(played, 1);
});
