import { either as E } from 'fp-ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import type { HostCommand } from '../../domain/host/command.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import { fullSubnets } from '../../domain/host/request-subnets.ts';
import { emptyExtras, extraSubnets } from '../../domain/host/retire-subnets.ts';
import { type Attachment, addressesOf, type Lease } from '../../domain/host/state.ts';
import { type Cidr, contains } from '../../domain/ip/cidr.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { Readiness } from './readiness.ts';

export type ElasticSubnets = {
  /** Behind each ADD: asks for another subnet where one is full. `refused`: the ADD found no address. */
  readonly afterAdd: (refused: boolean) => Promise<void>;
  /**
   * At each sweep: retires extra subnets that were empty for long enough, and surrenders what is retired. Not while a live link is
   * not in the log, or nobody has looked: a subnet that looks empty may have its pod.
   */
  readonly sweep: () => Promise<void>;
};

type Ports = Pick<AgentPorts, 'clock' | 'ids' | 'log'>;

/** A request may have been refused, which no node learns from its stream; an ADD that finds no room lets it be made again. */
const againMs = 60_000;

/**
 * Whether this attachment is in an extra subnet that the node's network was not set up with: nobody may have needed its gateway before.
 * Asked of each, not of the first alone: another that comes meanwhile must not be answered without it either.
 */
export const needsNodeNetwork = (
  lease: Lease,
  networked: Readiness['networked'],
  attachment: Omit<Attachment, 'status'>,
): boolean =>
  extraSubnets(lease).some(
    (subnet) => !networked.has(subnet) && addressesOf(attachment).some((one) => contains(subnet, one)),
  );

/**
 * Makes the lease of a node follow its need, where the cluster allows more than one subnet of a family. How long a subnet has been
 * empty is kept in memory only: a new life begins anew. `settle` makes the machine agree with a lease that changed.
 */
export const makeElasticSubnets = (
  { clock, ids, log }: Ports,
  { subnetIdleMs }: Pick<AgentConfiguration, 'subnetIdleMs'>,
  host: Host,
  readiness: Pick<Readiness, 'unadopted'>,
  settle: () => Promise<void>,
): ElasticSubnets => {
  let askedAt = Number.NEGATIVE_INFINITY;
  let emptySince: ReadonlyMap<Cidr, number> = new Map();
  let saidWhyNot = false;

  const act = async (command: HostCommand): Promise<ReadonlyArray<HostEvent>> => {
    const commandId = ids.random();
    const done = await host.transact(command, { actor: 'agent', commandId, correlationId: commandId })();
    if (E.isRight(done)) return done.right;
    const { msg, details: remedy } = toCniError(done.left);
    if (!saidWhyNot) log.warn(`the node's subnets stay as they are: ${msg}`, { remedy, failure: done.left });
    saidWhyNot = true;
    return [];
  };

  return {
    afterAdd: async (refused) => {
      const state = host.state();
      if (fullSubnets(state).length === 0) return;
      const now = clock.monotonicMs();
      const again = refused && now - askedAt >= againMs;
      const asked = await act({ type: 'request-subnets', again });
      if (asked.length === 0) return;
      askedAt = now;
      log.info('the subnets of this node are full: another one is asked for', {
        subnets: fullSubnets(state),
      });
    },
    sweep: async () => {
      if (readiness.unadopted?.length !== 0) {
        emptySince = new Map();
        return;
      }
      const now = clock.monotonicMs();
      const known = emptySince;
      emptySince = new Map(emptyExtras(host.state()).map((subnet) => [subnet, known.get(subnet) ?? now]));
      const idle = [...emptySince].flatMap(([subnet, since]) =>
        now - since >= subnetIdleMs ? [subnet] : [],
      );
      const retired = idle.length === 0 ? [] : await act({ type: 'retire-subnets', subnets: idle });
      // Those of a life that ended in between as well.
      const { retired: waiting } = host.state().extra;
      if (waiting.length === 0) return;
      const surrendered = await act({ type: 'surrender-retired' });
      if (retired.length === 0 && surrendered.length === 0) return;
      log.info('extra subnets were empty for long enough: they are given back', { subnets: waiting });
      await settle();
    },
  };
};
