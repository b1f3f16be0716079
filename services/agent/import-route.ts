import { either as E } from 'fp-ts';
import { toCniError } from '../../domain/cni/refusal.ts';
import { type AttachmentId, attachmentKey } from '../../domain/host/attachment.ts';
import type { ImportedPod, ImportPods } from '../../domain/host/command.ts';
import { host as hostDecider } from '../../domain/host/decider.ts';
import type { HostFailure } from '../../domain/host/failure.ts';
import { freshPods } from '../../domain/host/import-pods.ts';
import { describeImportConflict } from '../../domain/host/import-words.ts';
import type { HttpAnswer } from '../../domain/port/http.ts';
import type { Kernel, KernelFailure, NetnsId } from '../../domain/port/kernel.ts';
import {
  type FoundPod,
  type ImportAnswer,
  ImportRequest,
  type Unleased,
} from '../../domain/transfer/import-request.ts';
import type { StreamFailure } from '../stream-failure.ts';
import type { Agent } from './agent.ts';
import { unleased } from './import-unleased.ts';
import type { Route } from './route.ts';
import { takeOver } from './take-over.ts';

const refused = (failure: HostFailure | KernelFailure | StreamFailure): HttpAnswer => {
  if (failure.type === 'import-conflicts')
    return { status: 422, body: { error: { violations: failure.conflicts.map(describeImportConflict) } } };
  return { status: 409, body: { error: toCniError(failure) } };
};

/** The pod's namespace, when its interface is still in it; `undefined` when the pod is gone. */
const namespaceOf = async (
  kernel: Kernel,
  { netns, ifname }: FoundPod,
): Promise<E.Either<KernelFailure, NetnsId | undefined>> => {
  const without = await kernel.netns(netns, ifname)();
  if (E.isRight(without)) return E.right(undefined);
  switch (without.left.type) {
    case 'ifname-taken':
      return kernel.netns(netns)();
    case 'netns-missing':
    case 'netns-not-a-namespace':
      return E.right(undefined);
    default:
      return without;
  }
};

const importedPod = ({ netns, mtu, ...pod }: FoundPod, id: NetnsId, bridgeMtu: number): ImportedPod => ({
  ...pod,
  netns: { path: netns, ...id },
  mtu: mtu ?? bridgeMtu,
});

/**
 * Takes over pods that another program wired: their addresses are held from here on, and their DEL frees them. Their links and
 * ports are not ours and stay as they are. What is gone by now is passed by; all the others are taken over, or none.
 */
const importRoute: Route<Agent> = async (agent, { body }) => {
  const { ports, host, configuration } = agent;
  const request = ImportRequest.decode(body);
  if (E.isLeft(request)) {
    const keys = request.left.map(({ context }) => context.map(({ key }) => key).join('.'));
    const error = {
      msg: `the import cannot be read: ${[...new Set(keys)].join(', ')}`,
      details: 'use the evioctl of the same version as evio-agent',
    };
    return { status: 400, body: { error } };
  }
  const { from, dryRun, pods } = request.right;
  const alive: ImportedPod[] = [];
  for (const pod of pods) {
    const netns = await namespaceOf(ports.kernel, pod);
    if (E.isLeft(netns)) return refused(netns.left);
    if (netns.right !== undefined) alive.push(importedPod(pod, netns.right, configuration.bridge.mtu));
  }
  const answer = (imported: ReadonlyArray<AttachmentId>, found?: Unleased): HttpAnswer => {
    const living = new Set(alive.map(attachmentKey));
    const fresh = new Set(imported.map(attachmentKey));
    const stateOf = (key: string): ImportAnswer['pods'][number]['state'] =>
      fresh.has(key) ? 'imported' : living.has(key) ? 'known' : 'gone';
    const told = pods.map((pod) => ({ ...pod, state: stateOf(attachmentKey(pod)) }));
    return {
      status: 200,
      body: { dryRun, ...(found && { unleased: found }), pods: told } satisfies ImportAnswer,
    };
  };
  if (dryRun && host.state().lease === undefined)
    return answer(freshPods(host.state(), alive), unleased(agent, request.right, alive));
  const unused = ports.ids.random();
  const together: ImportPods = {
    type: 'import-pods',
    from,
    pods: alive,
    requestId: unused,
    commandId: unused,
  };
  const planned = hostDecider.decide(together, host.state());
  if (E.isLeft(planned)) return refused(planned.left);
  const taken = dryRun ? planned : await takeOver(ports, host, 'operator', from, alive);
  if (E.isLeft(taken)) return refused(taken.left);
  return answer(planned.right.filter((event) => event.type === 'PodAdded'));
};

/** What only a running agent can do for an operator, by path. */
export const importRoutes: Readonly<Record<string, Route<Agent>>> = { 'POST /v1/import': importRoute };
