import { either as E } from 'fp-ts';
import type { OutputOf } from 'io-ts';
import { readArguments } from '../../domain/cni/arguments.ts';
import type { Call } from '../../domain/cni/environment.ts';
import type { CniError } from '../../domain/cni/error.ts';
import type {
  IpamAddRequest,
  IpamAttachmentRequest,
  IpamGcRequest,
  IpamStatusRequest,
  PoolKeys,
} from '../../domain/cni/ipam-request.ts';
import type { NetworkConfig } from '../../domain/cni/network-config.ts';
import type { Envelope } from '../../domain/cni/request.ts';
import { requestedAddresses } from '../../domain/cni/requested-addresses.ts';
import { validAttachments } from '../../domain/cni/valid-attachments.ts';
import type { Question } from './ask-agent.ts';
import type { Capabilities } from './capabilities.ts';

type Capability = Pick<Capabilities, 'fileAt' | 'loadAddressParser'>;
type Asked = E.Either<CniError, Question>;
type PoolEnvelope = Omit<Envelope, 'attempt'> & { readonly pool: PoolKeys };

const question = <Request extends OutputOf<typeof IpamStatusRequest>>(
  verb: string,
  envelope: PoolEnvelope,
  own: Omit<Request, keyof PoolEnvelope | 'attempt'>,
): Asked =>
  E.right({
    path: `/v1/ipam/${verb}`,
    requestId: envelope.requestId,
    body: (attempt: number) => ({ ...envelope, attempt, ...own }),
  });

const addQuestion = async (
  { fileAt, loadAddressParser }: Capability,
  { containerId, ifname, netns: path, args: text }: Extract<Call, { readonly verb: 'ADD' | 'CHECK' }>,
  config: NetworkConfig,
  envelope: PoolEnvelope,
): Promise<Asked> => {
  const args = readArguments(text);
  if (E.isLeft(args)) return args;
  const { ip, pod } = args.right;
  const { capability, args: named } = config.requestedAddresses;
  const texts = [...(ip === undefined ? [] : [ip]), ...named, ...capability];
  const addresses = texts.length === 0 ? E.right([]) : requestedAddresses(await loadAddressParser(), texts);
  if (E.isLeft(addresses)) return addresses;
  const seen = fileAt(path);
  return question<OutputOf<typeof IpamAddRequest>>('add', envelope, {
    containerId,
    ifname,
    requestedAddresses: addresses.right,
    ...(pod === undefined ? {} : { pod }),
    ...(seen === undefined ? {} : { netns: { path, ...seen } }),
  });
};

/** What the agent is to be asked where another plugin delegates to us. */
export const ipamQuestionFor = async (
  capabilities: Capability,
  call: Exclude<Call, { readonly verb: 'VERSION' }>,
  config: NetworkConfig,
  envelope: PoolEnvelope,
): Promise<Asked> => {
  switch (call.verb) {
    case 'ADD':
      return addQuestion(capabilities, call, config, envelope);
    case 'CHECK':
    case 'DEL': {
      const { containerId, ifname } = call;
      return question<OutputOf<typeof IpamAttachmentRequest>>(call.verb.toLowerCase(), envelope, {
        containerId,
        ifname,
      });
    }
    case 'STATUS':
      return question<OutputOf<typeof IpamStatusRequest>>('status', envelope, {});
    case 'GC': {
      const valid = validAttachments(config);
      return E.isLeft(valid)
        ? valid
        : question<OutputOf<typeof IpamGcRequest>>('gc', envelope, { validAttachments: valid.right });
    }
  }
};
