import { type Operation, operations, operationsOfOthers } from './machine/faults.ts';
import { type Tampering, tamperings } from './machine/snapshots.ts';
import { guestCount } from './pool.ts';
import type { Dice } from './random.ts';
import { lentPods, pods } from './slots.ts';

/** What a runtime does about a pod that another plugin wires, and what becomes of it. */
export type GuestStep = {
  readonly type: 'guest';
  readonly does: 'add' | 'del' | 'check' | 'kill' | 'end' | 'host-local';
  readonly guest: number;
  /** Of the first set, by its place there. */
  readonly address?: number;
};

/** One entry of a history. What it means depends on the world that it meets, so any of them may be left out. */
export type Step =
  /** One of what waits happens: the effect of an operation, its answer, an event's delivery. */
  | { readonly type: 'release'; readonly pick: number }
  | { readonly type: 'elapse' }
  | { readonly type: 'add'; readonly slot: number; readonly address?: number }
  | { readonly type: 'redact'; readonly pick: number; readonly dryRun: boolean }
  | {
      readonly type: 'del' | 'restart' | 'check' | 'kill-plugin' | 'end-netns' | 'unplug' | 'lower-link';
      readonly slot: number;
    }
  | GuestStep
  | { readonly type: 'gc'; readonly forgetUnsure: boolean; readonly of?: 'lent' | 'pool' }
  /** A run that listens is told to end. */
  | { readonly type: 'terminate'; readonly pick: number }
  | { readonly type: 'configure'; readonly variant: number }
  | {
      readonly type:
        | 'status'
        | 'kill-gc'
        | 'pods'
        | 'leases'
        | 'join'
        | 'stage'
        | 'leave'
        | 'settle'
        | 'revoke'
        | 'start'
        | 'deafen'
        | 'stop'
        | 'keep-snapshots'
        | 'close-era';
    }
  | { readonly type: 'crash'; readonly linger: boolean }
  /** It stays down for longer than a DEL has patience; when it is back, the first undoing may meet a refusal. */
  | { readonly type: 'outage'; readonly linger: boolean; readonly hindered: boolean }
  | { readonly type: 'cut-power'; readonly pick: number; readonly keepPorts: boolean }
  | { readonly type: 'fail'; readonly operation: Operation }
  | { readonly type: 'disk-full' | 'switch-unreachable' | 'switch-slow' | 'blind'; readonly on: boolean }
  | { readonly type: 'lose-log' | 'lose-folder' | 'forget-lent' | 'take-gateway' | 'take-rules' }
  | { readonly type: 'restart-switch' | 'delete-bridge' }
  | { readonly type: 'tamper'; readonly tampering: Tampering }
  | { readonly type: 'set-clock'; readonly bySeconds: number };

type Kind = { readonly weight: number; readonly make: (roll: Dice) => Step };

const kind = (weight: number, make: Kind['make']): Kind => ({ weight, make });

const ofSlot =
  (type: 'del' | 'restart' | 'check' | 'kill-plugin' | 'end-netns' | 'unplug' | 'lower-link') =>
  (roll: Dice): Step => ({ type, slot: roll(pods) });

/** The same of a pod whose addresses a delegate gives. */
const ofLent =
  (type: 'del' | 'restart' | 'check' | 'kill-plugin') =>
  (roll: Dice): Step => ({ type, slot: pods + roll(lentPods) });

const ofGuest =
  (does: GuestStep['does']) =>
  (roll: Dice): Step => ({ type: 'guest', does, guest: roll(guestCount) });

const outerFault = (roll: Dice): Step => ({
  type: 'fail',
  operation: operationsOfOthers[roll(operationsOfOthers.length)] ?? 'folder flush',
});

const just =
  (step: Step): Kind['make'] =>
  () =>
    step;

/** Mostly back: the log's stamps stand still until the clock has caught up. */
const clockSteps = [-86_400, -3600, -600, -45, 45, 3600];

const ofOurs: ReadonlyArray<Kind> = [
  kind(30, (roll) => ({ type: 'add', slot: roll(pods) })),
  kind(5, (roll) => ({ type: 'add', slot: roll(pods), address: roll(20) })),
  kind(20, ofSlot('del')),
  kind(8, ofSlot('restart')),
  kind(3, ofSlot('check')),
  kind(4, ofSlot('kill-plugin')),
  kind(8, ofSlot('end-netns')),
  kind(2, ofSlot('unplug')),
  kind(3, (roll) => ({ type: 'gc', forgetUnsure: roll(2) === 0 })),
  kind(2, (roll) => ({ type: 'configure', variant: roll(4) })),
  kind(1, just({ type: 'status' })),
  kind(1, just({ type: 'pods' })),
  kind(1, just({ type: 'leases' })),
  kind(8, just({ type: 'join' })),
  kind(4, just({ type: 'stage' })),
  kind(5, just({ type: 'leave' })),
  kind(12, (roll) => ({ type: 'redact', pick: roll(1 << 20), dryRun: roll(8) === 0 })),
  kind(1, just({ type: 'settle' })),
  kind(1, just({ type: 'revoke' })),
  kind(18, just({ type: 'start' })),
  kind(1, just({ type: 'stop' })),
  kind(7, (roll) => ({ type: 'crash', linger: roll(2) === 0 })),
  kind(6, (roll) => ({ type: 'outage', linger: roll(2) === 0, hindered: roll(2) === 0 })),
  kind(2, (roll) => ({ type: 'cut-power', pick: roll(8), keepPorts: roll(2) === 0 })),
  kind(12, (roll) => ({ type: 'fail', operation: operations[roll(operations.length)] ?? 'commit' })),
  kind(5, just({ type: 'fail', operation: 'commit' })),
  kind(3, just({ type: 'fail', operation: 'flush' })),
  kind(5, just({ type: 'fail', operation: 'answer lost' })),
  kind(1, just({ type: 'disk-full', on: true })),
  kind(4, just({ type: 'disk-full', on: false })),
  kind(1, just({ type: 'switch-unreachable', on: true })),
  kind(4, just({ type: 'switch-unreachable', on: false })),
  kind(1, just({ type: 'switch-slow', on: true })),
  kind(4, just({ type: 'switch-slow', on: false })),
  kind(1, just({ type: 'blind', on: true })),
  kind(4, just({ type: 'blind', on: false })),
  kind(1, just({ type: 'lose-log' })),
  kind(1, just({ type: 'take-gateway' })),
  kind(1, just({ type: 'take-rules' })),
  kind(6, ofSlot('lower-link')),
  kind(2, just({ type: 'deafen' })),
  kind(1, just({ type: 'restart-switch' })),
  kind(1, just({ type: 'delete-bridge' })),
  kind(4, just({ type: 'close-era' })),
  kind(12, just({ type: 'keep-snapshots' })),
  kind(2, (roll) => ({ type: 'tamper', tampering: tamperings[roll(tamperings.length)] ?? 'removed' })),
  kind(4, (roll) => ({ type: 'set-clock', bySeconds: clockSteps[roll(clockSteps.length)] ?? 0 })),
];

/** What concerns pods that other plugins wire, or give addresses to. */
const ofOthers: ReadonlyArray<Kind> = [
  kind(18, (roll) => ({ type: 'add', slot: pods + roll(lentPods) })),
  kind(8, ofLent('del')),
  kind(3, ofLent('restart')),
  kind(1, ofLent('check')),
  kind(3, ofLent('kill-plugin')),
  kind(16, ofGuest('add')),
  kind(2, (roll) => ({ type: 'guest', does: 'add', guest: roll(guestCount), address: roll(7) })),
  kind(9, ofGuest('del')),
  kind(1, ofGuest('check')),
  kind(2, ofGuest('kill')),
  kind(2, ofGuest('end')),
  kind(10, ofGuest('host-local')),
  kind(4, (roll) => ({ type: 'gc', forgetUnsure: roll(2) === 0, of: 'lent' })),
  kind(2, (roll) => ({ type: 'gc', forgetUnsure: roll(2) === 0, of: 'pool' })),
  kind(2, (roll) => ({ type: 'terminate', pick: roll(1 << 20) })),
  kind(1, just({ type: 'kill-gc' })),
  kind(1, just({ type: 'lose-folder' })),
  kind(1, just({ type: 'forget-lent' })),
  kind(10, outerFault),
];

/** One of them, by its weight. */
const anyOf = (kinds: ReadonlyArray<Kind>): Kind['make'] => {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  return (roll) => {
    let left = roll(total);
    for (const { weight, make } of kinds) {
      if (left < weight) return make(roll);
      left -= weight;
    }
    return { type: 'elapse' };
  };
};

const ours = anyOf(ofOurs);
const all = anyOf([...ofOurs, ...ofOthers]);

const release = (roll: Dice): Step => ({ type: 'release', pick: roll(1 << 20) });

/** In a hundred steps, how many begin something; and how often time runs ahead of what is under way. */
const begins = 17;
const elapses = 2;

/** A node is set up, now and then in the wrong order. */
const opening = (roll: Dice): ReadonlyArray<Step> => {
  const configure: Step = { type: 'configure', variant: 0 };
  const join: Step = { type: 'join' };
  return [{ type: 'start' }, ...(roll(4) === 0 ? [join, configure] : [configure, join]), { type: 'stage' }];
};

/** Then things happen: mostly what was begun goes on. Every other node has pods of ours alone, and so more becomes of them. */
export const generate = (roll: Dice, length: number): ReadonlyArray<Step> => {
  const goOn = (): ReadonlyArray<Step> => Array.from({ length: 25 }, () => release(roll));
  const anything = roll(2) === 0 ? ours : all;
  const steps: Step[] = opening(roll).flatMap((step) => [step, ...goOn()]);
  while (steps.length < length) {
    const chance = roll(100);
    if (chance < begins) steps.push(anything(roll));
    else steps.push(chance < begins + elapses ? { type: 'elapse' } : release(roll));
  }
  return steps.slice(0, length);
};
