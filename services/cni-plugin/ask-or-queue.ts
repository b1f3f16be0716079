import { either as E } from 'fp-ts';
import type { JsonObject } from '../../domain/cni/judge.ts';
import type { AttachmentId } from '../../domain/host/attachment.ts';
import type {
  AgentAnswer,
  AgentConnection,
  AgentConnectionFailure,
} from '../../domain/port/agent-connection.ts';
import type { QueueFailure } from '../../domain/port/del-queue.ts';
import type { NetnsId } from '../../domain/port/kernel.ts';
import { askAgent, type Question, type Unanswered } from './ask-agent.ts';
import type { Capabilities } from './capabilities.ts';
import { longestDrainMs, patienceFor, whileDraining } from './patience.ts';

/** What a DEL is about. `seen`, as the run began: what came to the path later is another pod's. */
export type Doomed = {
  readonly attachment: AttachmentId;
  readonly netns?: { readonly path: string; readonly seen?: NetnsId };
  /** Where another plugin delegates to us: its addresses are meant, and not a pod of ours. */
  readonly pool?: { readonly ipam: JsonObject };
};

/** Neither done nor queued. */
export type NotQueued = {
  readonly type: 'not-queued';
  readonly unanswered: AgentConnectionFailure;
  readonly failure: QueueFailure | { readonly type: 'name-too-long' };
};

type Capability = Pick<
  Capabilities,
  'clock' | 'timer' | 'termination' | 'queueDel' | 'bootId' | 'loadQueuedDel'
>;

const queue = async (
  { clock, queueDel, bootId, loadQueuedDel }: Capability,
  queueFolder: string,
  { attachment, netns, pool }: Doomed,
  requestId: string,
): Promise<E.Either<NotQueued['failure'], void>> => {
  const { queuedDelName, queuedDelText, queuedFolder } = await loadQueuedDel();
  const folder = pool && queuedFolder(pool.ipam, attachment.network);
  const name = queuedDelName(attachment, folder === undefined ? 'pod' : 'pool');
  if (name === undefined) return E.left({ type: 'name-too-long' });
  const text = queuedDelText({
    attachment,
    requestId,
    bootId: bootId(),
    time: clock.now(),
    ...(netns === undefined ? {} : { netns }),
    ...(folder === undefined ? {} : { pool: { folder } }),
  });
  return queueDel(queueFolder, { name, text })();
};

/**
 * DEL: asks the agent and, where none answers, leaves the DEL in its queue, on disk. An agent that answers with a refusal is not
 * down: that is the answer.
 */
export const askOrQueue = async (
  capabilities: Capability,
  agent: AgentConnection,
  question: Question,
  folder: string,
  doomed: Doomed,
): Promise<E.Either<Unanswered | NotQueued, AgentAnswer | 'queued'>> => {
  const startedMs = capabilities.clock.monotonicMs();
  let next = 0;
  for (let patience = patienceFor('DEL'); ; patience = whileDraining) {
    const first = next;
    const body = (attempt: number): unknown => {
      next = first + attempt + 1;
      return question.body(first + attempt);
    };
    const told = await askAgent(capabilities, agent, patience, { path: question.path, body });
    if (E.isRight(told) || told.left.type === 'terminated') return told;
    const queued = await queue(capabilities, folder, doomed, question.requestId);
    if (E.isRight(queued)) return E.right('queued');
    const draining = queued.left.type === 'queue-draining';
    if (!draining || capabilities.clock.monotonicMs() - startedMs >= longestDrainMs)
      return E.left({ type: 'not-queued', unanswered: told.left, failure: queued.left });
  }
};
