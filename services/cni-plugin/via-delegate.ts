import { either as E } from 'fp-ts';
import { knowsNoVerb, speaksNoVersion } from '../../domain/cni/delegate-result.ts';
import { bothFailed } from '../../domain/cni/delegate-words.ts';
import type { CniError } from '../../domain/cni/error.ts';
import { validAttachments } from '../../domain/cni/valid-attachments.ts';
import { addDelegated } from './add-delegated.ts';
import type { Outcome, ViaDelegate } from './capabilities.ts';
import { type Delegate, openDelegate } from './delegate.ts';
import { silent } from './outcome.ts';
import { viaAgent } from './via-agent.ts';

/** STATUS and GC are younger than many plugins: one that knows no such verb has nothing to say. */
const askIfKnown = async (
  delegate: Delegate,
  verb: 'STATUS' | 'GC',
  isBehind: (error: CniError) => boolean,
): Promise<E.Either<CniError, string>> => {
  const said = await delegate.ask(verb);
  return E.isLeft(said) && isBehind(said.left) ? E.right('') : said;
};

/** Both remove what they can, whatever the other says (CNI spec 1.1.0, GC). */
const collect = async (
  ours: () => Promise<E.Either<CniError, Outcome>>,
  delegate: Delegate,
): Promise<E.Either<CniError, Outcome>> => {
  const collected = await ours();
  // One that does not speak the version of this configuration has given nothing under it.
  const theirs = await askIfKnown(delegate, 'GC', (error) => knowsNoVerb(error) || speaksNoVersion(error));
  if (E.isRight(theirs)) return collected;
  return E.left(E.isRight(collected) ? theirs.left : bothFailed(collected.left, theirs.left));
};

/**
 * A call whose addresses another IPAM plugin gives. Ours comes first, but for ADD: what ours refuses never reaches the delegate, and
 * an address is free there only when nothing answers for it here. A DEL that the delegate fails is repeated by the runtime; ours
 * has nothing left to do then.
 */
export const viaDelegate: ViaDelegate = async (capabilities, call, config, delegated) => {
  const delegate = openDelegate(capabilities, delegated);
  const ours = () => viaAgent(capabilities, call, config);
  switch (call.verb) {
    case 'ADD':
      return addDelegated(capabilities, call, config, delegated.plugin, delegate);
    case 'GC': {
      const valid = validAttachments(config);
      return E.isLeft(valid) ? valid : collect(ours, delegate);
    }
    case 'CHECK':
    case 'DEL':
    case 'STATUS': {
      const done = await ours();
      if (E.isLeft(done)) return done;
      const { verb } = call;
      const said = await (verb === 'STATUS' ? askIfKnown(delegate, verb, knowsNoVerb) : delegate.ask(verb));
      return E.isLeft(said) ? said : E.right(silent);
    }
  }
};
