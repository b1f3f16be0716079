import { either as E } from 'fp-ts';
import type { OutputOf } from 'io-ts';
import { addressesIn, dnsIn, readDelegateResult } from '../../domain/cni/delegate-result.ts';
import type { CniError } from '../../domain/cni/error.ts';
import type { NetworkConfig } from '../../domain/cni/network-config.ts';
import type { AddRequest } from '../../domain/cni/request.ts';
import type { CniResult } from '../../domain/cni/result.ts';
import type { Question } from './ask-agent.ts';
import type { AgentCall, Capabilities, Outcome } from './capabilities.ts';
import type { Delegate } from './delegate.ts';
import { questionFor } from './question.ts';
import { askFor, previousResult, printedResult } from './via-agent.ts';

/** The same question of the same run, with what the delegate gave; before it was asked, with nothing. */
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
  }),
});

const gatewaysIn = ({ routes = [] }: CniResult): ReadonlyArray<string> =>
  routes.flatMap(({ gw }) => gw ?? []);

/**
 * ADD: the agent admits it → the delegate gives addresses → the agent reserves and wires them. Nothing reaches the delegate that the
 * agent would refuse anyway, for a running pod's second ADD must not end in a DEL of its addresses. Whatever fails from the
 * delegate on ends in its DEL, and in the first error. However often the agent is asked, the delegate is asked once.
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
  const gateways = gatewaysIn(admitted.right ?? {});

  const undone = async (error: CniError): Promise<E.Either<CniError, never>> => {
    const undo = await delegate.undo();
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
