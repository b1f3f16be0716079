import type { Dice } from '../random.ts';
import { type Mishap, mishaps } from './host.ts';

/** What concerns one node; `host` counts around. */
type HostStep =
  | { readonly type: 'add' | 'del'; readonly host: number; readonly pod: number }
  | { readonly type: 'power-cut'; readonly host: number; readonly pick: number }
  | { readonly type: 'path'; readonly host: number; readonly there: boolean; readonly back: boolean }
  | { readonly type: 'mishap'; readonly host: number; readonly mishap: Mishap }
  | { readonly type: 'fail'; readonly host: number; readonly operation: (typeof operations)[number] }
  | { readonly type: 'set-clock'; readonly host: number; readonly bySeconds: number }
  | {
      readonly type:
        | 'start'
        | 'crash'
        | 'join'
        | 'leave'
        | 'close-era'
        | 'cut-connections'
        | 'lose-disk'
        | 'return-disk'
        | 'keep-image'
        | 'put-older-back'
        | 'clone'
        | 'join-over'
        | 'revoke'
        | 'attest';
      readonly host: number;
    };

export type ClusterStep =
  | HostStep
  | { readonly type: 'release'; readonly pick: number }
  | { readonly type: 'partition'; readonly from: number; readonly to: number; readonly open: boolean }
  | { readonly type: 'configure'; readonly quarantineSeconds: number }
  | { readonly type: 'set-ledger-clock'; readonly bySeconds: number }
  | {
      readonly type:
        | 'elapse'
        | 'start-ledger'
        | 'crash-ledger'
        | 'lose-checkpoint'
        | 'back-up'
        | 'restore'
        | 'resume'
        | 'start-second'
        | 'crash-second';
    };

/** What of a machine may fail once. */
const operations = ['commit', 'flush', 'file read', 'file write'] as const;

const day = 86_400;
const clockSteps = [-day, -3600, -45, 45, 3600, day];

/** Pods that a node may have: more than its subnet has addresses. */
const pods = 18;

type Kind = { readonly weight: number; readonly make: (roll: Dice) => ClusterStep };

const kind = (weight: number, make: Kind['make']): Kind => ({ weight, make });

const pick = (roll: Dice): number => roll(1 << 20);

const ofHost =
  (type: Extract<HostStep, { readonly host: number }>['type'] & ('start' | 'crash' | 'join' | 'leave')) =>
  (roll: Dice): ClusterStep => ({ type, host: pick(roll) });

const rarely =
  (
    type:
      | 'close-era'
      | 'cut-connections'
      | 'lose-disk'
      | 'return-disk'
      | 'keep-image'
      | 'put-older-back'
      | 'clone'
      | 'join-over'
      | 'revoke'
      | 'attest',
  ) =>
  (roll: Dice): ClusterStep => ({ type, host: pick(roll) });

const just =
  (step: ClusterStep): Kind['make'] =>
  () =>
    step;

const kinds: ReadonlyArray<Kind> = [
  kind(60, (roll) => ({ type: 'add', host: pick(roll), pod: roll(pods) })),
  kind(40, (roll) => ({ type: 'del', host: pick(roll), pod: roll(pods) })),
  kind(20, ofHost('join')),
  kind(14, ofHost('leave')),
  kind(20, ofHost('start')),
  kind(8, ofHost('crash')),
  kind(2, rarely('close-era')),
  kind(3, (roll) => ({ type: 'power-cut', host: pick(roll), pick: roll(8) })),
  kind(12, (roll) => ({ type: 'path', host: pick(roll), there: roll(2) === 0, back: roll(2) === 0 })),
  kind(12, (roll) => ({ type: 'path', host: pick(roll), there: true, back: true })),
  kind(2, (roll) => ({ type: 'partition', from: pick(roll), to: pick(roll), open: false })),
  kind(3, (roll) => ({ type: 'partition', from: pick(roll), to: pick(roll), open: true })),
  kind(18, (roll) => ({
    type: 'mishap',
    host: pick(roll),
    mishap: mishaps[roll(mishaps.length)] ?? 'answer lost',
  })),
  kind(8, (roll) => ({
    type: 'fail',
    host: pick(roll),
    operation: operations[roll(operations.length)] ?? 'commit',
  })),
  kind(4, rarely('cut-connections')),
  kind(4, (roll) => ({
    type: 'set-clock',
    host: pick(roll),
    bySeconds: clockSteps[roll(clockSteps.length)] ?? 0,
  })),
  kind(3, (roll) => ({ type: 'set-ledger-clock', bySeconds: clockSteps[roll(clockSteps.length)] ?? 0 })),
  kind(1, rarely('lose-disk')),
  kind(2, rarely('return-disk')),
  kind(3, rarely('keep-image')),
  kind(2, rarely('put-older-back')),
  kind(3, rarely('clone')),
  kind(12, just({ type: 'start-ledger' })),
  kind(3, just({ type: 'crash-ledger' })),
  kind(1, just({ type: 'lose-checkpoint' })),
  kind(1, just({ type: 'back-up' })),
  kind(2, just({ type: 'resume' })),
  kind(2, just({ type: 'start-second' })),
  kind(2, just({ type: 'crash-second' })),
  kind(1, (roll) => ({ type: 'configure', quarantineSeconds: [10, 30, 60][roll(3)] ?? 30 })),
];

/** Behind a restore followers stop, of two allocators one does, and a revocation ends what a node had: so each is usual in one kind of world, and rare or not there elsewhere. */
const flavours: ReadonlyArray<ReadonlyArray<Kind>> = [
  kinds,
  kinds,
  [
    ...kinds,
    kind(6, just({ type: 'restore' })),
    kind(4, just({ type: 'back-up' })),
    kind(20, ofHost('join')),
  ],
  [
    ...kinds,
    kind(40, just({ type: 'start-second' })),
    kind(10, just({ type: 'crash-second' })),
    kind(40, ofHost('join')),
  ],
  [
    ...kinds,
    kind(6, rarely('revoke')),
    kind(6, rarely('lose-disk')),
    kind(8, rarely('attest')),
    kind(8, rarely('join-over')),
    kind(40, ofHost('join')),
  ],
];

const anything = (roll: Dice, from: ReadonlyArray<Kind>): ClusterStep => {
  let left = roll(from.reduce((sum, { weight }) => sum + weight, 0));
  for (const { weight, make } of from) {
    if (left < weight) return make(roll);
    left -= weight;
  }
  return { type: 'elapse' };
};

/** In a hundred steps, how many begin something; and how often time runs ahead of what is under way. */
const begins = 25;
const elapses = 2;

/** The ledger starts, its cluster is configured, and every node starts and joins, one after the other. */
const opening = (roll: Dice, nodes: number): ReadonlyArray<ClusterStep> => {
  const goOn = (times: number): ReadonlyArray<ClusterStep> =>
    Array.from({ length: times }, () => ({ type: 'release', pick: pick(roll) }));
  const begin: ReadonlyArray<ClusterStep> = [
    { type: 'start-ledger' },
    ...goOn(12),
    { type: 'configure', quarantineSeconds: 30 },
    ...goOn(12),
  ];
  const each = Array.from(
    { length: nodes },
    (_, host): ReadonlyArray<ClusterStep> => [
      { type: 'start', host },
      ...goOn(4),
      { type: 'join', host },
      ...goOn(2),
    ],
  );
  return [...begin, ...each.flat()];
};

/** Then things happen: mostly what was begun goes on. */
export const generate = (roll: Dice, nodes: number, length: number): ReadonlyArray<ClusterStep> => {
  const from = flavours[roll(flavours.length)] ?? kinds;
  const steps: ClusterStep[] = [...opening(roll, nodes)];
  while (steps.length < length) {
    const chance = roll(100);
    if (chance < begins) steps.push(anything(roll, from));
    else steps.push(chance < begins + elapses ? { type: 'elapse' } : { type: 'release', pick: pick(roll) });
  }
  return steps.slice(0, length);
};
