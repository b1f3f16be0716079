import { either as E } from 'fp-ts';
import { bothTold } from '../../domain/ovs/both-told.ts';
import type { FlowsTold } from '../../domain/port/flow-table.ts';
import { coalesce } from './coalesce.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { AgentPorts, Host } from './ports.ts';
import { reconcileFlows } from './reconcile-flows.ts';
import type { Turns } from './turns.ts';

/** Who changes one flow mostly changes several. */
const gatherMs = 100;

const nothing: ReadonlySet<string> = new Set();

/**
 * Puts flows right that the switch tells of, which a look that counts them does not see: those that somebody changed in their place, and
 * those that he changed while ADDs and DELs of other pods were under way. What an ADD or DEL is at is left to it, and looked at again
 * when it has ended. `inOrder` keeps two repairs from being one counted twice; `settle` compares everything, and says what is wrong where
 * the switch does not answer.
 */
export const makeToldFlows = (
  ports: Pick<AgentPorts, 'flows' | 'switch' | 'timer' | 'log' | 'metrics'>,
  configuration: AgentConfiguration,
  host: Host,
  turns: Turns,
  inOrder: <A>(repair: () => Promise<A>) => Promise<A>,
  settle: () => void,
): ((told: FlowsTold) => void) => {
  let told: FlowsTold = nothing;
  const serve = coalesce(async () => {
    await ports.timer.sleep(gatherMs);
    const now = told;
    told = nothing;
    if (host.state().lease === undefined || (now !== 'any' && now.size === 0)) return;
    const done = await inOrder(() => reconcileFlows(ports, configuration, host, turns, now));
    if (E.isLeft(done)) return settle();
    if (done.right.passed.size > 0) tell(done.right.passed);
  });
  const tell = (more: FlowsTold): void => {
    told = bothTold(told, more);
    void serve();
  };
  return tell;
};
