import { either as E } from 'fp-ts';
import type { OutputOf } from 'io-ts';
import { readArguments } from '../../domain/cni/arguments.ts';
import type { Call } from '../../domain/cni/environment.ts';
import { type CniError, missingField } from '../../domain/cni/error.ts';
import type { NetworkConfig } from '../../domain/cni/network-config.ts';
import type {
  AddRequest,
  CheckRequest,
  DelRequest,
  Envelope,
  GcRequest,
  protocol,
  StatusRequest,
} from '../../domain/cni/request.ts';
import { requestedAddresses } from '../../domain/cni/requested-addresses.ts';
import { validAttachments } from '../../domain/cni/valid-attachments.ts';
import type { Question } from './ask-agent.ts';
import type { Capabilities } from './capabilities.ts';

/** Written again here because its home brings all request codecs with it, which the plugin never runs. */
const spoken: typeof protocol = 1;

const question = <Request extends Envelope>(
  path: string,
  envelope: Omit<Envelope, 'attempt'>,
  own: Omit<Request, keyof Envelope>,
): E.Either<never, Question> =>
  E.right({
    path,
    requestId: envelope.requestId,
    body: (attempt: number) => ({ ...envelope, attempt, ...own }),
  });

/** An agent that knows nothing of VLANs must not take the question for one without. */
const pathFor = ({ vlan, trunk }: NetworkConfig, verb: 'add' | 'status'): string =>
  vlan === undefined && trunk === undefined ? `/v1/${verb}` : `/v1/vlan/${verb}`;

type Capability = Pick<Capabilities, 'ids' | 'loadAddressParser' | 'fileAt'>;
type Asked = Promise<E.Either<CniError, Question>>;
type Envelopeless = Omit<Envelope, 'attempt'>;

const addQuestion = async (
  { loadAddressParser }: Capability,
  call: Extract<Call, { readonly verb: 'ADD' | 'CHECK' }>,
  config: NetworkConfig,
  envelope: Envelopeless,
): Asked => {
  const args = readArguments(call.args);
  if (E.isLeft(args)) return args;
  const { ip, pod } = args.right;
  const { capability, args: named } = config.requestedAddresses;
  const unmet = ip === undefined || named.length > 0 || config.delegate !== undefined ? [] : [ip];
  const texts = [...capability, ...named, ...unmet];
  const addresses = texts.length === 0 ? E.right([]) : requestedAddresses(await loadAddressParser(), texts);
  if (E.isLeft(addresses)) return addresses;
  const { containerId, ifname, netns } = call;
  const { bridge, mtu, vlan, trunk, ranges, requestedMac = args.right.mac } = config;
  const mac = requestedMac ?? config.mac;
  return question<OutputOf<typeof AddRequest>>(pathFor(config, 'add'), envelope, {
    containerId,
    ifname,
    netns,
    requestedAddresses: addresses.right,
    ...(pod === undefined ? {} : { pod }),
    ...(bridge === undefined ? {} : { bridge }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(mac === undefined ? {} : { mac }),
    ...(vlan === undefined ? {} : { vlan }),
    ...(trunk === undefined ? {} : { trunk }),
    ...(ranges === undefined ? {} : { ranges }),
  });
};

const checkQuestion = async (
  call: Extract<Call, { readonly verb: 'ADD' | 'CHECK' }>,
  config: NetworkConfig,
  envelope: Envelopeless,
): Asked => {
  if (config.prevResult === undefined) {
    return E.left(
      missingField('prevResult', 'CHECK compares with the result of the ADD: the runtime must pass it'),
    );
  }
  const { decodeInPod } = await import('../../domain/cni/prev-result.ts');
  const { containerId, ifname, netns } = call;
  const expected = decodeInPod(config.prevResult, ifname);
  if (E.isLeft(expected)) return expected;
  const { addresses, mac } = expected.right;
  return question<OutputOf<typeof CheckRequest>>('/v1/check', envelope, {
    containerId,
    ifname,
    netns,
    expectedAddresses: addresses,
    ...(mac === undefined ? {} : { expectedMac: mac }),
  });
};

/** What the agent is to be asked; a left is what is wrong with what we were asked, and nothing is sent. */
export const questionFor = async (
  capabilities: Capability,
  call: Exclude<Call, { readonly verb: 'VERSION' }>,
  config: NetworkConfig,
): Asked => {
  const envelope: Envelopeless = {
    protocol: spoken,
    requestId: capabilities.ids.random(),
    network: config.network,
  };
  if (config.pool !== undefined) {
    const { ipamQuestionFor } = await import('./ipam-question.ts');
    return ipamQuestionFor(capabilities, call, config, { ...envelope, pool: config.pool });
  }
  switch (call.verb) {
    case 'ADD':
      return addQuestion(capabilities, call, config, envelope);
    case 'CHECK':
      return checkQuestion(call, config, envelope);
    case 'DEL': {
      const { containerId, ifname, netns } = call;
      return question<OutputOf<typeof DelRequest>>('/v1/del', envelope, {
        containerId,
        ifname,
        ...(netns === undefined ? {} : { netns }),
      });
    }
    case 'STATUS':
      return question<OutputOf<typeof StatusRequest>>(pathFor(config, 'status'), envelope, {
        ...(config.bridge === undefined ? {} : { bridge: config.bridge }),
        ...(config.mtu === undefined ? {} : { mtu: config.mtu }),
        ...(config.vlan === undefined ? {} : { vlan: config.vlan }),
        ...(config.trunk === undefined ? {} : { trunk: config.trunk }),
        ...(config.delegate === undefined ? {} : { delegated: { plugin: config.delegate.plugin } }),
      });
    case 'GC': {
      const valid = validAttachments(config);
      return E.isLeft(valid)
        ? valid
        : question<OutputOf<typeof GcRequest>>('/v1/gc', envelope, { validAttachments: valid.right });
    }
  }
};
