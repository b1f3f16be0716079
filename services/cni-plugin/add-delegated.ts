import { either as E } from 'fp-ts';
import type { OutputOf } from 'io-ts';
import { addressesIn, dnsIn, readDelegateResult } from '../../domain/cni/delegate-result.ts';
import { agentTooOld, type CniError } from '../../domain/cni/error.ts';
import type { NetworkConfig } from '../../domain/cni/network-config.ts';
import type { AddRequest, DelRequest } from '../../domain/cni/request.ts';
import type { CniResult } from '../../domain/cni/result.ts';
import { asksThroughPod } from '../../domain/host/asks-through-pod.ts';
import { askAgent, type Question } from './ask-agent.ts';
import type { AgentCall, Capabilities, Outcome } from './capabilities.ts';
import type { Delegate } from './delegate.ts';
import { patienceFor } from './patience.ts';
import { questionFor } from './question.ts';
import { askFor, previousResult, printedResult } from './via-agent.ts';

/** The same question of the same run, with what the delegate gave; before it was asked, with nothing. Such as `dhcp` is given an interface then. */
const withAddresses = (
  question: Question,
  path: string,
  plugin: string,
  addresses: ReadonlyArray<string>,
): Question => ({
  ...question,
  path,
  body: (attempt) => ({
    ...(question.body(attempt) as OutputOf<typeof AddRequest>),
    delegated: { plugin, addresses },
    ...(asksThroughPod(plugin) ? { throughPod: true as const } : {}),
  }),
});

/** That the interface of this run's ADD is not wanted any more. */
const withoutInterface = (question: Question): Question => ({
  ...question,
  path: '/v1/del',
  body: (attempt) => {
    const asked = question.body(attempt) as OutputOf<typeof AddRequest>;
    const { protocol, requestId, network, containerId, ifname, netns } = asked;
    const which = { protocol, requestId, attempt: asked.attempt, network, containerId, ifname, netns };
    return { ...which, prepared: true as const } satisfies OutputOf<typeof DelRequest>;
  },
});

const gatewaysIn = ({ routes = [] }: CniResult): ReadonlyArray<string> =>
  routes.flatMap(({ gw }) => gw ?? []);

/** Also when the runtime wants us to end. An agent that does not hear it ends it by itself, or has ended. */
const letGo = ({ clock, timer, connectAgent }: Capabilities, config: NetworkConfig, question: Question) =>
  askAgent(
    { clock, timer, termination: new Promise<string>(() => undefined) },
    connectAgent(config.agentSocket),
    patienceFor('STATUS'),
    withoutInterface(question),
  );

/**
 * ADD: the agent admits it, and prepares the interface where the delegate asks through it → the delegate gives addresses → the agent
 * reserves and wires them. Nothing reaches the delegate that the
 * agent would refuse anyway, for a running pod's second ADD must not end in a DEL of its addresses. Whatever fails from the
 * delegate on ends in its DEL, through the interface as long as that is there, and in the first error. However often the agent is asked, the delegate is asked once.
 */
export const addDelegated = async (
  capabilities: Capabilities,
  call: AgentCall,
  config: NetworkConfig,
  plugin: string,
  delegate: Delegate,
): Promise<E.Either<CniError, Outcome>> => {
  const previous = await previousResult(call, config);
  if (E.isLeft(previous)) return previous;
  const question = await questionFor(capabilities, call, config);
  if (E.isLeft(question)) return question;
  const ask = (path: string, addresses: ReadonlyArray<string>) =>
    askFor(capabilities, call, config, withAddresses(question.right, path, plugin, addresses));
  const { path } = question.right;
  const admitted = await ask(path.replace(/add$/, 'admit'), []);
  if (E.isLeft(admitted)) return admitted;
  const { interfaces = [] } = admitted.right ?? {};
  // An earlier agent admits it, and prepares nothing.
  if (asksThroughPod(plugin) && interfaces.length === 0)
    return E.left(agentTooOld(call.verb, config.agentSocket));
  const gateways = gatewaysIn(admitted.right ?? {});

  const undone = async (error: CniError): Promise<E.Either<CniError, never>> => {
    const undo = await delegate.undo();
    if (interfaces.length > 0) await letGo(capabilities, config, question.right);
    // One that is not there says so twice.
    return E.left(
      E.isRight(undo) || undo.left.msg === error.msg
        ? error
        : { ...error, details: `${error.details}; and its DEL: ${undo.left.msg}` },
    );
  };
  const said = await delegate.ask('ADD');
  if (E.isLeft(said)) return undone(said.left);
  const given = readDelegateResult(plugin, said.right, gateways);
  if (E.isLeft(given)) return undone(given.left);
  const added = await ask(path, addressesIn(given.right));
  if (E.isLeft(added)) return undone(added.left);
  const dns = { ...dnsIn(given.right), ...(config.dns === undefined ? {} : { dns: config.dns }) };
  return E.right(await printedResult({ ...config, ...dns }, previous.right, added.right ?? {}));
};
