import { either as E, option as O } from 'fp-ts';
import type { AgentConnection } from '../../domain/port/agent-connection.ts';
import type { Clock } from '../../domain/port/clock.ts';
import type { Timer } from '../../domain/port/timer.ts';
import type { Joining } from '../agent/operator-routes.ts';
import type { RefusedStatus, Status } from '../agent/status.ts';
import { type AskFailure, ask } from '../ask.ts';
import type { Progress } from './progress.ts';
import { type Asked, isHeard, refusedAnswer } from './refused-answer.ts';

/** Pure: how long to wait before asking for the n-th time whether the lease is there. */
export const pollDelay = (attempt: number, waitedMs: number, patienceMs: number): O.Option<number> =>
  waitedMs >= patienceMs ? O.none : O.some(Math.min(50 * 2 ** attempt, 1000));

const tellEveryMs = 5000;

/** Whether the node holds a lease and means to keep it: one that is leaving must first join again. */
const serves = ({ lease, joinRequested, leaving }: Status): boolean =>
  lease !== undefined && joinRequested && !leaving;

/** The same words are written once, so where no allocator runs an old refusal looks as one that repeats itself does. */
const remedyOf = ({ request, remedy }: RefusedStatus, asked: Asked): string =>
  request === undefined || asked.request === undefined || request === asked.request
    ? remedy
    : `${remedy}; that was said of an earlier request, and nothing of this one: where it is no longer so, see whether the ledger's allocator runs`;

/** What a node without a lease waits for. */
const awaited = ({ configured, ledger }: Status): string => {
  if (ledger !== undefined && ledger.state !== 'following') return `the ledger: ${ledger.words}`;
  if (configured) return "the allocator's answer";
  return ledger === undefined
    ? 'the cluster to be configured (evioctl configure)'
    : `the cluster to be configured (evio-ledger configure, on the ledger at ${ledger.ledger})`;
};

/**
 * Asks the agent for the node's lease and waits for it, saying what it waits for. A lease that is known already is returned at
 * once: a reboot without network never waits here.
 */
export const obtainLease = async (
  ports: { readonly agent: AgentConnection; readonly clock: Clock; readonly timer: Timer },
  wanted: Readonly<Record<string, unknown>> | undefined,
  { patienceMs, replace }: { readonly patienceMs: number; readonly replace: boolean },
  progress: Progress,
): Promise<E.Either<AskFailure, Status>> => {
  const { agent, clock, timer } = ports;
  const started = clock.monotonicMs();
  let told = started;
  let asked: Asked | undefined;
  for (let attempt = 0; ; attempt += 1) {
    const status = await ask<Status>(agent, 'GET', '/v1/status');
    if (E.isRight(status) && serves(status.right)) return status;
    if (E.isRight(status) && asked !== undefined) {
      const lookedMs = clock.monotonicMs();
      if (asked.heardAtMs === undefined && isHeard(status.right)) asked = { ...asked, heardAtMs: lookedMs };
      const refused = refusedAnswer(status.right, asked, lookedMs);
      if (refused !== undefined)
        return E.left({ type: 'refused', msg: refused.msg, remedy: remedyOf(refused, asked) });
    }
    const stopped = E.isRight(status) && status.right.ledger?.state === 'stopped' && status.right.ledger;
    if (stopped)
      return E.left({
        type: 'refused',
        msg: `this node does not follow its ledger: ${stopped.words}`,
        remedy: 'then start evio-agent again',
      });
    // Behind a ledger the cluster is configured there.
    const own = E.isRight(status) && status.right.ledger === undefined;
    if (E.isRight(status) && own && !status.right.configured && wanted !== undefined) {
      const configured = await ask(agent, 'POST', '/v1/configure', wanted);
      if (E.isLeft(configured)) return configured;
    } else if (E.isRight(status) && status.right.configured && asked === undefined) {
      const joined = await ask<Joining>(agent, 'POST', '/v1/join', replace ? { replace } : {});
      if (E.isLeft(joined)) return joined;
      asked = { request: joined.right.request, heardAtMs: undefined };
    }
    const now = clock.monotonicMs();
    const delay = pollDelay(attempt, now - started, patienceMs);
    const waitsFor = E.isLeft(status) ? 'evio-agent' : awaited(status.right);
    if (O.isNone(delay)) {
      return E.isLeft(status)
        ? status
        : E.left({
            type: 'refused',
            msg: `no lease after ${Math.round((now - started) / 1000)} s: still waiting for ${waitsFor}`,
            remedy: 'evioctl status says what is missing; --wait gives it more time',
          });
    }
    if (now - told >= tellEveryMs) {
      const { ledger } = E.isRight(status) ? status.right : {};
      progress.step(
        ledger?.state === 'waiting'
          ? ledger.words
          : `waiting for ${waitsFor} since ${Math.round((now - started) / 1000)} s`,
      );
      told = now;
    }
    await timer.sleep(delay.value);
  }
};
