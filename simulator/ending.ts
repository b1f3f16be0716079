import { isDeepStrictEqual } from 'node:util';
import { either as E } from 'fp-ts';
import { sha256 } from '../adapters/system/sha256.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { holdingOf } from '../domain/cluster/queries.ts';
import { attachmentKey } from '../domain/host/attachment.ts';
import { type Attachment, minReaderOf } from '../domain/host/state.ts';
import type { IpAddress } from '../domain/ip/address.ts';
import { contains } from '../domain/ip/cidr.ts';
import { followChain, startChain } from '../domain/verify/chain-check.ts';
import { leftUnexplained } from '../domain/verify/redactions.ts';
import { aftermath } from './aftermath.ts';
import { endLife, publishedConflist, stagedConflist, startLife } from './agent-life.ts';
import { delGuest } from './guests.ts';
import { checkGuests, lookAtFolder } from './guests-ending.ts';
import { attachAll } from './machine/switch-state.ts';
import type { Settle } from './playing.ts';
import { checkFlows } from './promises/flows.ts';
import { checkPoolEmpty, checkReleased } from './promises/guests.ts';
import { checkQuiet } from './promises/quiet.ts';
import { check, del, killCollecting, killPlugin } from './runtime.ts';
import { isLent, keyOf, type Slot } from './slots.ts';
import { freshHistory, type World } from './world.ts';

/** Two sweeps and a pause of the followers, so that all which repairs itself has had its turn. */
const longEnough = 130_000;

const calmDown = (world: World): void => {
  const { faults, slots, ovs, kernel } = world;
  faults.once.clear();
  faults.diskFull = false;
  faults.switchUnreachable = false;
  faults.switchSlow = false;
  faults.blind = false;
  faults.deaf = false;
  attachAll(ovs, (name) => kernel.links.has(name), world.steps);
  for (const pod of [...slots, ...world.pool.guests]) killPlugin(world, pod);
  killCollecting(world);
};

/** Live behind a lost log, and not taken into the new one. */
const isUnknown = ({ history }: World, slot: Slot): boolean =>
  slot.orphan && !history.host.attachments.has(keyOf(slot));

/** Of pods that ended and those that live behind a lost log. */
const checkLeftBehind = ({ history, slots, kernel, ovs, breaks }: World): void => {
  const { lease, attachments, fence, leaveRequested } = history.host;
  if (lease === undefined || minReaderOf(lease) < 4) return;
  const isSeen = ({ netns: { path, inode } }: Attachment): boolean => kernel.netns.get(path)?.inode === inode;
  const all = [...attachments.values()];
  // An agent that sees no namespace at all must not say that one is gone.
  if (all.some(isSeen))
    for (const attachment of all)
      if (!isSeen(attachment) && !kernel.links.has(attachment.hostIfname))
        breaks('nothing leaks', `${attachmentKey(attachment)} ended, and is held`);
  for (const { hostIfname } of all)
    if (kernel.links.get(hostIfname)?.up === false)
      breaks('what is ours is put back', `${hostIfname} is down`);
  if (fence !== undefined || leaveRequested) return;
  for (const slot of slots) {
    const { orphan, belief, containerId, addresses, hostIfname } = slot;
    const isOurs = addresses.every((address) =>
      lease.subnets.some((subnet) => contains(subnet, address as IpAddress)),
    );
    // Without its port nobody says which addresses it has.
    const isKnowable = kernel.links.has(hostIfname) && ovs.ports.has(hostIfname);
    if (!orphan || belief !== 'live' || !isOurs || !isKnowable) continue;
    if (!attachments.has(keyOf(slot)))
      breaks(
        'what is ours is put back',
        `${containerId} runs with ${addresses}, and the log does not know it`,
      );
  }
};

/** An agent that is idle on a sound machine serves what it was asked for. */
const checkServing = (world: World): void => {
  const { history, slots, ovs, life, surroundings, queue, breaks } = world;
  const { host, cluster } = history;
  const agent = life?.agent;
  if (agent === undefined) {
    breaks('what is asked for is answered', 'the agent does not start');
    return;
  }
  const { node } = agent.configuration;
  for (const [key, { status }] of host.attachments)
    if (status === 'reserved') breaks('nothing leaks', `${key} is reserved and nobody's`);
  for (const name of queue.files.keys()) breaks('DEL succeeds, and again', `the DEL ${name} was never done`);
  for (const slot of slots)
    if (slot.belief === 'absent' && host.attachments.has(keyOf(slot)))
      breaks('DEL succeeds, and again', `the release of ${slot.containerId} was lost`);
  checkReleased(world);
  for (const slot of slots)
    if (
      slot.belief === 'live' &&
      world.kernel.links.has(slot.hostIfname) &&
      host.lease !== undefined &&
      !isUnknown(world, slot) &&
      !ovs.ports.has(slot.hostIfname)
    )
      breaks('an acknowledged pod is wired', `the port of ${slot.containerId} did not come back`);
  const holding = holdingOf(cluster, node);
  const leased = (holding?.subnets ?? []).join();
  if (host.joinRequested && host.lease === undefined && !world.answered.has(history.lastJoin ?? ''))
    breaks('what is asked for is answered', 'a join has neither a lease nor a refusal');
  if ((host.lease?.subnets ?? []).join() !== leased)
    breaks(
      'what is asked for is answered',
      `the cluster leases ${leased || 'nothing'}, the node observes ${host.lease?.subnets}`,
    );
  const serves =
    host.lease !== undefined &&
    host.fence === undefined &&
    !host.leaveRequested &&
    agent.readiness.unadopted?.length === 0;
  if (serves && surroundings.files.has(stagedConflist) && !surroundings.files.has(publishedConflist))
    breaks('what is asked for is answered', 'the node serves and the runtime was not told');
  if (host.leaveRequested && surroundings.files.has(publishedConflist))
    breaks('what is asked for is answered', 'the node leaves and the runtime was not told');
};

const checkAll = async (world: World, settle: Settle): Promise<void> => {
  for (const slot of world.slots)
    if (
      world.kernel.links.has(slot.hostIfname) &&
      world.history.host.lease !== undefined &&
      !isUnknown(world, slot) &&
      !(isLent(slot) && world.lender.forgotten.has(slot.containerId))
    )
      check(world, slot, (answer) => {
        if (E.isLeft(answer) || answer.right.status !== 200)
          world.breaks(
            'an acknowledged pod is wired',
            `CHECK of ${slot.containerId}: ${JSON.stringify(answer)}`,
          );
      });
  checkGuests(world);
  await settle(0);
};

/** Every pod that there ever was, and one that never was. */
const deleteAll = async (world: World, settle: Settle): Promise<void> => {
  const slots = world.slots.filter(({ asked }, index) => asked || index === world.slots.length - 1);
  const guests = world.pool.guests.filter(({ asked }) => asked);
  for (const slot of slots) del(world, slot);
  for (const guest of guests) delGuest(world, guest);
  await settle(0);
  for (const { containerId, belief } of [...slots, ...guests])
    if (belief !== 'absent') world.breaks('DEL succeeds, and again', `DEL of ${containerId}`);
};

const checkEmpty = ({ history, kernel, ovs, lender, breaks }: World): void => {
  const { host } = history;
  for (const [name, { alias }] of kernel.links)
    if (alias !== undefined) breaks('nothing leaks', `the link ${name}`);
  for (const [name, { externalIds }] of ovs.ports)
    if (externalIds !== undefined) breaks('nothing leaks', `the port ${name}`);
  for (const key of host.attachments.keys()) breaks('nothing leaks', `the attachment ${key}`);
  for (const containerId of lender.given.keys())
    breaks('nothing leaks', `what the delegate gave to ${containerId}`);
  for (const [subnet, { held }] of host.pools)
    for (const address of held.keys()) breaks('nothing leaks', `${address} in ${subnet}`);
  if (host.lease !== undefined && (host.leaveRequested || host.fence !== undefined))
    breaks('nothing leaks', 'a lease on its way back is not surrendered with its last pod');
  if (host.lease === undefined && history.host.clusterRevision >= 0 && kernel.gateway.length > 0)
    breaks('nothing leaks', `the gateway ${kernel.gateway}`);
};

/** The whole log is one chain, whatever was written, lost and written again; a payload that changed is a redacted one. */
const checkLogChain = ({ disk, breaks }: World): void => {
  const hashes = disk.logHashes();
  const chain = startChain(sha256);
  for (const [index, event] of disk.eventsFrom(0).entries()) {
    const followed = followChain(chain, { ...event, logHash: hashes[index] ?? '' });
    if (E.isRight(followed)) continue;
    const fault = followed.left;
    const redaction = fault.type === 'redaction' || fault.type === 'redacted-payload';
    breaks(
      redaction ? 'what is redacted is forgotten, and recorded' : 'each event is chained to the one before',
      `position ${fault.position} (${fault.type}): ${fault.found} for ${fault.expected}`,
    );
    return;
  }
  const altered = leftUnexplained(chain.redactions);
  if (altered !== undefined)
    breaks('what is redacted is forgotten, and recorded', `position ${altered.position} was altered`);
};

/** The same log gives the same state again, and no event that was there is gone or changed. */
const checkReplay = (world: World): void => {
  const again = freshHistory(world);
  for (const part of ['host', 'cluster'] as const)
    if (!isDeepStrictEqual(again[part], world.history[part]))
      world.breaks('the live state is that of the log', `the ${part}'s, read again, is another`);
};

/** The machine is sound again, the agent runs, everything is deleted twice: nothing may stay. */
export const finish = async (world: World, settle: Settle): Promise<void> => {
  calmDown(world);
  if (!(await settle(longEnough))) return;
  if (world.life?.latched?.() !== undefined) endLife(world, false);
  if (world.life === undefined) startLife(world);
  if (!(await settle(longEnough))) return;
  await aftermath(world, settle);
  if (world.broken !== undefined) return;
  checkServing(world);
  checkLeftBehind(world);
  checkQuiet(world);
  checkFlows(world);
  if (!(await lookAtFolder(world, settle))) return;
  await checkAll(world, settle);
  for (let times = 1; times <= 2 && world.broken === undefined; times += 1) await deleteAll(world, settle);
  if (!(await settle(longEnough))) return;
  checkEmpty(world);
  checkPoolEmpty(world);
  checkFlows(world);
  checkQuiet(world);
  checkReplay(world);
  checkLogChain(world);
};

/** The log's content in one text: equal texts are equal histories. */
export const logText = ({ disk }: World): string =>
  disk
    .eventsFrom(0)
    .map((event) => canonicalJson({ ...event }))
    .join('\n');
