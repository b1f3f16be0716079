import { either as E } from 'fp-ts';
import { cookieOf } from '../../domain/ovs/cookie.ts';
import type { AgentAnswer } from '../../domain/port/agent-connection.ts';
import type { Unanswered } from '../../services/cni-plugin/ask-agent.ts';
import type { NotQueued } from '../../services/cni-plugin/ask-or-queue.ts';
import { type Belief, keyOf, type Slot } from '../slots.ts';
import type { World } from '../world.ts';

type Answer = E.Either<Unanswered, AgentAnswer>;

/** An ADD as it was asked for. */
export type Asked = {
  readonly requestId: string;
  readonly before: Belief;
  /** Whether the agent knew of the attachment before. */
  readonly known: boolean;
  readonly askedAt: number;
  /** How often the log had been lost. */
  readonly losses: number;
};

type Result = { readonly ips: ReadonlyArray<{ readonly address: string }> };

/** What the runtime was told is true: reserved on disk, and wired. */
const acknowledged = (world: World, slot: Slot, { requestId }: Asked): void => {
  const { history, disk, ovs, breaks } = world;
  const key = keyOf(slot);
  const logged = history.byRequest.get(requestId);
  const onDisk = (held: boolean, what: string): void => {
    if (!held) breaks('what was acknowledged is on disk', `${key}: ${what}`);
  };
  onDisk(logged?.key === key && logged.wiredAt !== undefined, 'the log has no such ADD');
  onDisk((logged?.position ?? -1) <= disk.durable(), 'a power cut now would take it');
  const given = slot.addresses.join();
  onDisk(logged?.addresses.join() === given, `${given} answered, ${logged?.addresses} logged`);
  if ((ovs.plugged.get(slot.hostIfname) ?? -1) < (logged?.step ?? 0))
    breaks('an acknowledged pod is wired', `${key}: the switch never forwarded for it`);
  if ((ovs.guarded.get(cookieOf(slot.hostIfname) ?? '') ?? -1) < (logged?.step ?? 0))
    breaks('an acknowledged pod is wired', `${key}: no flow ever let it send`);
};

/** A refusal leaves nothing behind, unless the log itself was what failed. */
const refused = (
  world: World,
  slot: Slot,
  { requestId, before, known, askedAt }: Asked,
  msg: string,
): void => {
  const key = keyOf(slot);
  const logged = world.history.byRequest.get(requestId);
  if (/stands in the log already/.test(msg))
    world.breaks('the same command twice is the same command once', `ADD of ${key}: ${msg}`);
  if (before === 'absent' && /is attached to network/.test(msg))
    world.breaks('DEL succeeds, and again', `ADD of ${key} behind its DEL: ${msg}`);
  if (!known && /is attached to network/.test(msg))
    world.breaks('the same command twice is the same command once', `ADD of ${key} met itself: ${msg}`);
  // Its undoing met the machine's refusal: the next reconciliation undoes it.
  const hindered =
    world.hinderedAt >= askedAt || /the log cannot be written|another writer appended/.test(msg);
  // An earlier attempt was answered and not heard: the DEL that follows a failed ADD takes it back.
  const answered = logged?.wiredAt !== undefined;
  const excused = hindered || answered;
  if (logged !== undefined && logged.deletedAt === undefined && !excused)
    world.breaks(
      'a refused command changes nothing',
      `ADD of ${key} was refused and holds ${logged.addresses}: ${msg}`,
    );
};

export const heardAdd = (world: World, slot: Slot, asked: Asked, answer: Answer): void => {
  if (E.isLeft(answer)) {
    slot.belief = 'unsure';
    return;
  }
  const { status, body } = answer.right;
  if (status === 200) {
    const { ips } = (body as { readonly result: Result }).result;
    slot.addresses = ips.map(({ address }) => address.replace(/\/.*/, ''));
    slot.belief = 'live';
    // What was acknowledged is as lost as the log: only a live link speaks for it.
    slot.orphan = asked.losses < world.losses;
    if (!slot.orphan) acknowledged(world, slot, asked);
    return;
  }
  // A pod that was there before is there still: the second ADD was refused, not the first undone.
  slot.belief = asked.before === 'live' ? 'live' : 'unsure';
  refused(world, slot, asked, (body as { readonly error: { readonly msg: string } }).error.msg);
};

type DelAnswer = E.Either<Unanswered | NotQueued, AgentAnswer | 'queued'>;

export const heardDel = (world: World, slot: Slot, answer: DelAnswer): void => {
  if (E.isLeft(answer)) return;
  if (answer.right !== 'queued' && answer.right.status !== 200) return;
  slot.belief = 'absent';
  // The agent does it when it is there again: the ending looks.
  if (answer.right === 'queued') return;
  const key = keyOf(slot);
  const logged = world.history.byKey.get(key);
  if (logged !== undefined && logged.deletedAt === undefined)
    world.breaks('DEL succeeds, and again', `${key} is held behind its DEL`);
  if (world.disk.durable() < (logged?.deletedAt ?? -1))
    world.breaks('what was acknowledged is on disk', `the DEL of ${key}: a power cut now would take it back`);
};
