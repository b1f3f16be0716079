import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import { cookieOf } from '../../domain/ovs/cookie.ts';
import type { Flow } from '../../domain/ovs/flow.ts';
import type { AgentPorts } from './ports.ts';

/**
 * A port that is guarded is born shut, so nothing leaves the pod before the flows that open it.
 * A switch that does not answer is not waited for once the ADD is to be given up.
 */
export const guard = async (
  { flows }: Pick<AgentPorts, 'flows'>,
  opening: ReadonlyArray<Flow>,
  giveUp: AbortSignal,
): Promise<E.Either<Refusal, void>> => {
  const given = new Promise<E.Either<Refusal, void>>((resolve) => {
    giveUp.addEventListener('abort', () => resolve(E.left({ type: 'given-up' })));
  });
  const written = flows.change(opening.map((flow) => ({ type: 'add', flow })))();
  return Promise.race([written, given]);
};

/**
 * Asks for the removal of the port's flows and does not wait for it: without port and link they let nothing pass, and what is
 * asked for later is done later.
 */
export const unguard = ({ flows, log }: Pick<AgentPorts, 'flows' | 'log'>, hostIfname: string): void => {
  const cookie = cookieOf(hostIfname);
  if (cookie === undefined) return;
  void flows
    .change([{ type: 'remove', cookie }])()
    .then((removed) => {
      if (E.isLeft(removed))
        log.warn('the flows are left for the next reconciliation', {
          port: hostIfname,
          failure: removed.left,
        });
    });
};
