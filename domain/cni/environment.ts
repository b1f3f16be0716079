import { either as E } from 'fp-ts';
import { type CniError, invalidVariable, missingVariables, unknownVerb } from './error.ts';
import { interfaceNameRule, isIdentifier, isInterfaceName } from './names.ts';
import { type Verb, verbs } from './version.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment asks for. `args` is the text of CNI_ARGS. */
export type Call =
  | { readonly verb: 'VERSION' }
  | { readonly verb: 'STATUS' | 'GC' }
  | {
      readonly verb: 'ADD' | 'CHECK';
      readonly containerId: string;
      readonly ifname: string;
      readonly netns: string;
      readonly args: string;
    }
  /** A runtime may leave CNI_NETNS out of a DEL: the namespace may be gone. */
  | {
      readonly verb: 'DEL';
      readonly containerId: string;
      readonly ifname: string;
      readonly netns: string | undefined;
    };

type Variable = 'CNI_CONTAINERID' | 'CNI_NETNS' | 'CNI_IFNAME' | 'CNI_PATH';

/** CNI_PATH as Go's skel demands it; the specification leaves it optional for STATUS. */
const required: Readonly<Record<Verb, ReadonlyArray<Variable>>> = {
  ADD: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME', 'CNI_PATH'],
  CHECK: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME', 'CNI_PATH'],
  DEL: ['CNI_CONTAINERID', 'CNI_IFNAME', 'CNI_PATH'],
  STATUS: ['CNI_PATH'],
  GC: ['CNI_PATH'],
  VERSION: [],
};

const isVerb = (text: string): text is Verb => verbs.some((verb) => verb === text);

/** Code 4 for an unknown verb, and for missing variables, all of them at once. A variable that is empty is missing. */
export const readCall = (environment: Environment): E.Either<CniError, Call> => {
  const verb = environment['CNI_COMMAND'] ?? '';
  if (!isVerb(verb)) return E.left(unknownVerb(verb, verbs));
  const missing = required[verb].filter((name) => !environment[name]);
  if (missing.length > 0) return E.left(missingVariables(missing));
  const containerId = environment['CNI_CONTAINERID'] ?? '';
  const ifname = environment['CNI_IFNAME'] ?? '';
  const netns = environment['CNI_NETNS'] ?? '';
  const args = environment['CNI_ARGS'] ?? '';
  switch (verb) {
    case 'ADD':
    case 'CHECK':
      return E.right({ verb, containerId, ifname, netns, args });
    case 'DEL':
      return E.right({ verb, containerId, ifname, netns: netns === '' ? undefined : netns });
    default:
      return E.right({ verb });
  }
};

/** Code 4 for a container id or an interface name that breaks the rules, whatever the verb. */
export const checkNames = (call: Call): E.Either<CniError, Call> => {
  if (!('containerId' in call)) return E.right(call);
  if (!isIdentifier(call.containerId)) {
    return E.left(
      invalidVariable(
        'CNI_CONTAINERID',
        call.containerId,
        'it begins with a letter or digit and goes on with letters, digits, "_", "." and "-"',
      ),
    );
  }
  return isInterfaceName(call.ifname)
    ? E.right(call)
    : E.left(invalidVariable('CNI_IFNAME', call.ifname, interfaceNameRule));
};

/** `CNI_NETNS_OVERRIDE`, as Go's skel reads it: that CNI_NETNS leads to the plugin's own namespace is meant so. */
export const meansOwnNetns = ({ CNI_NETNS_OVERRIDE: said = '' }: Environment): boolean =>
  said === '1' || said.toUpperCase() === 'TRUE';
