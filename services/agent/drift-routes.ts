import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import type { HttpAnswer } from '../../domain/port/http.ts';
import type { DriftAnswer, ReconcileAnswer } from '../../domain/transfer/drift-answer.ts';
import type { Agent } from './agent.ts';
import { differences, type LookFailure } from './differences.ts';
import { describeNodeNetworkFailure } from './node-network.ts';
import type { Route } from './route.ts';

const notSeen = (failure: LookFailure): HttpAnswer => {
  const reason =
    failure.type === 'file-failed'
      ? `${failure.path}: ${failure.reason}`
      : describeNodeNetworkFailure(failure);
  const error = {
    msg: `what this node has cannot be seen: ${reason}`,
    details: 'nothing was changed; evioctl status says what the agent waits for',
  };
  return { status: 409, body: { error } };
};

const driftRoute: Route<Agent> = async (agent) => {
  const found = await differences(agent);
  if (E.isLeft(found)) return notSeen(found.left);
  return { status: 200, body: { drift: found.right } satisfies DriftAnswer };
};

const ReconcileBody = t.strict({ dryRun: t.boolean });

const reconcileRoute: Route<Agent> = async (agent, { body }) => {
  const asked = ReconcileBody.decode(body);
  if (E.isLeft(asked)) {
    const error = {
      msg: 'dryRun is neither true nor false',
      details: 'use the evioctl of the same version as evio-agent',
    };
    return { status: 400, body: { error } };
  }
  const { dryRun } = asked.right;
  const found = await differences(agent);
  if (dryRun && E.isLeft(found)) return notSeen(found.left);
  if (!dryRun) await agent.settle();
  const left = dryRun ? found : await differences(agent);
  if (E.isLeft(left)) return notSeen(left.left);
  const answer: ReconcileAnswer = { dryRun, found: E.isLeft(found) ? [] : found.right, left: left.right };
  return { status: 200, body: answer };
};

/** What differs from the log, and the putting right of it. */
export const driftRoutes: Readonly<Record<string, Route<Agent>>> = {
  'GET /v1/drift': driftRoute,
  'POST /v1/reconcile': reconcileRoute,
};
