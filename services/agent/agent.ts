import { either as E } from 'fp-ts';
import type { RedactProgress } from '../../domain/audit/redact-request.ts';
import { coalesce } from './coalesce.ts';
import type { AgentConfiguration } from './configuration.ts';
import { type CoolDown, makeCoolDown } from './cool-down.ts';
import { drainQueue } from './drain.ts';
import { hasDrifted } from './drift.ts';
import { type ElasticSubnets, makeElasticSubnets } from './elastic-subnets.ts';
import { healInterrupted } from './heal.ts';
import { holdQueue } from './hold-queue.ts';
import { type Ipam, makeIpam } from './ipam/ipam.ts';
import { removeRebooted, settleFolders } from './ipam/start.ts';
import { makeLeakWatch } from './leaks.ts';
import { type Membership, type MembershipFailure, openMembership } from './membership.ts';
import type { AgentPorts, MembershipPorts } from './ports.ts';
import { settleConflist } from './publish.ts';
import { type Readiness, unknownReadiness } from './readiness.ts';
import { reconcile } from './reconcile.ts';
import { makeToldFlows } from './told-flows.ts';
import { makeTurns, type Turns } from './turns.ts';
import { watchDisk } from './watch-disk.ts';
import { watchKernel } from './watch-kernel.ts';

/** A node as its operator sees it: streams and status, whether or not pods can be wired now. */
export type Member = Omit<Membership, 'follow' | 'stop'> & {
  readonly ports: MembershipPorts & Partial<Pick<AgentPorts, 'delQueue'>>;
  readonly configuration: AgentConfiguration;
  readonly readiness: Readonly<Readiness>;
  /** Reconciles now and, when all is well, publishes the CNI configuration. */
  readonly settle: () => Promise<void>;
};

/** How far a redaction has looked through the log, while it does; `of`: how many events there are. */
export type Redaction = { looked: RedactProgress['looked'] | undefined };

/** The running agent, as its routes see it. */
export type Agent = Member & {
  readonly ports: AgentPorts;
  /** Of pods, by `attachmentKey`. */
  readonly turns: Turns;
  /** Of all else: pools and folders of evio-ipam, the redaction. */
  readonly otherTurns: Turns;
  readonly redaction: Redaction;
  readonly ipam: Ipam;
  readonly coolDown: CoolDown;
  readonly elastic: ElasticSubnets;
  /** Lets ADDs and DELs under way finish, stops following, lets go of switch, kernel and logs. */
  readonly stop: () => Promise<void>;
};

/** How long after a change of the switch it is looked at: most changes are our own, and come in flocks. */
const lookAfterMs = 100;

/**
 * Opens the streams, heals what an earlier life left unfinished, does what plugins queued meanwhile, then follows the cluster, the
 * switch and the queue. When it resolves, requests may be served.
 */
export const startAgent = async (
  ports: AgentPorts,
  configuration: AgentConfiguration,
): Promise<E.Either<MembershipFailure, Agent>> => {
  const { ids, log, timer } = ports;
  const opened = await openMembership(ports, configuration);
  if (E.isLeft(opened)) return opened;
  const { follow, stop: stopFollowing, ...membership } = opened.right;
  const { host } = membership;

  const runId = ids.random();
  const turns = makeTurns();
  const otherTurns = makeTurns();
  const ipam = makeIpam(ports, host, otherTurns);
  await removeRebooted(ipam, configuration);
  const started = await host.transact(
    {
      type: 'start',
      bootId: configuration.bootId,
      clockSynchronised: configuration.clockSynchronised,
    },
    { actor: 'agent', commandId: ids.derive(runId, 'start'), correlationId: runId },
  )();
  if (E.isLeft(started)) return E.left(started.left as MembershipFailure);
  await healInterrupted(ports, host, turns);
  await settleFolders(ipam, runId);
  const coolDown = makeCoolDown(ports.clock, configuration.coolDownMs);
  const drain = () => drainQueue(ports, configuration, host, turns, coolDown, ipam);
  const letQueue = await holdQueue(ports);
  await drain();

  const readiness = unknownReadiness('the agent is starting');
  const repairs = makeTurns();
  const inOrder = <A>(repair: () => Promise<A>): Promise<A> => repairs.take('repair', repair);
  const settleNow = async (): Promise<void> => {
    await reconcile(ports, configuration, host, turns, readiness);
    if (readiness.reasons.length > 0 && !host.state().leaveRequested) return;
    const done = await settleConflist(ports, configuration, host.state());
    if (E.isRight(done)) return;
    const { path, reason } = done.left;
    log.error('the CNI configuration could not be published or withdrawn', { failure: done.left });
    readiness.reasons = [`the CNI configuration ${path} could not be written: ${reason}`];
  };
  const settle = coalesce(() => inOrder(settleNow));

  const elastic = makeElasticSubnets(ports, configuration, host, readiness, settle);

  const drainAgain = coalesce(async () => {
    // Something may have waited for the deletion: a leaving node's network, ADDs that a link without a log stopped.
    if ((await drain()) > 0) await settle();
  });
  const watching = ports.delQueue.watch(() => void drainAgain());
  if (E.isLeft(watching))
    log.warn('the queue of DELs is not watched, only looked at every minute', { failure: watching.left });
  letQueue();

  const look = coalesce(async () => {
    await timer.sleep(lookAfterMs);
    if (!(await hasDrifted(ports, configuration, host, turns, readiness))) return;
    ports.metrics?.record('driftSeen', 1, {});
    await settle();
  });
  const unwatchKernel = await watchKernel(ports, configuration, host, turns, {
    look: () => void look(),
    settle: () => void settle(),
  });
  const watchingConflist = ports.files.watch(configuration.publishedConflist, () => void settle());
  if (E.isLeft(watchingConflist))
    log.warn('the CNI configuration is not watched, only looked at in each sweep', {
      failure: watchingConflist.left,
    });
  follow(settle);
  await settle();
  const unwatch = ports.switch.onChange(() => void look());
  const toldOfFlows = makeToldFlows(ports, configuration, host, turns, inOrder, () => void settle());
  const unwatchFlows = ports.flows.onChange((told) => {
    // With the connection the bridge may have come or gone.
    if (told === 'any') void look();
    toldOfFlows(told);
  });
  const lookAtDisk = watchDisk(ports, configuration, readiness);
  await lookAtDisk();
  const lookForLeaks = makeLeakWatch(ports, host, turns, coolDown);
  const stopSweep = timer.every(configuration.sweepMs, async () => {
    await lookAtDisk();
    await drainAgain();
    // First: what the pods leave behind, a VLAN's gateway too, is then cleared away in the same sweep.
    await lookForLeaks();
    await settle();
    await elastic.sweep();
  });

  return E.right({
    ...membership,
    ports,
    configuration,
    turns,
    otherTurns,
    redaction: { looked: undefined },
    ipam,
    coolDown,
    elastic,
    readiness,
    settle,
    stop: async () => {
      unwatch();
      if (E.isRight(watching)) watching.right();
      if (E.isRight(watchingConflist)) watchingConflist.right();
      unwatchFlows();
      unwatchKernel();
      stopSweep();
      await Promise.all([turns.idle(), otherTurns.idle()]);
      await stopFollowing();
      await Promise.all([ports.switch.close(), ports.flows.close(), ports.kernel.close()]);
      await ports.ownLog.close();
      if (ports.clusterLog !== ports.ownLog) await ports.clusterLog.close();
    },
  });
};
