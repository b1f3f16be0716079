import { either as E } from 'fp-ts';
import type { IpamAttachmentRequest } from '../../../domain/cni/ipam-request.ts';
import type { Refusal } from '../../../domain/cni/refusal.ts';
import { attachmentFields, msSince } from '../log-fields.ts';
import type { AgentPorts } from '../ports.ts';
import type { Given } from './allocate.ts';

type Tell<A> = (
  ports: Pick<AgentPorts, 'log' | 'clock'>,
  request: IpamAttachmentRequest,
  outcome: E.Either<Refusal, A>,
  startedMs: number,
) => void;

const fieldsOf = (ports: Pick<AgentPorts, 'clock'>, request: IpamAttachmentRequest, startedMs: number) => ({
  ...attachmentFields(request),
  requestId: request.requestId,
  ms: msSince(ports, startedMs),
});

/** One line for an ADD. `event`: the id of its `AddressesAllocated`; of what is answered again there is none. */
export const tellOfAllocation: Tell<Given> = (ports, request, outcome, startedMs) => {
  const fields = fieldsOf(ports, request, startedMs);
  if (E.isLeft(outcome)) {
    ports.log.warn('an ADD of evio-ipam was refused', { ...fields, failure: outcome.left });
    return;
  }
  const { one, event } = outcome.right;
  const addresses = one.addresses.map(({ address }) => address);
  ports.log.info('addresses allocated', { ...fields, event, addresses });
};

/** One line for a DEL. `event`: the id of its `AddressesReleased`; of what the log did not know there is none. */
export const tellOfRelease: Tell<string | undefined> = (ports, request, outcome, startedMs) => {
  const fields = fieldsOf(ports, request, startedMs);
  if (E.isRight(outcome)) ports.log.info('addresses released', { ...fields, event: outcome.right });
  else ports.log.error('a DEL of evio-ipam failed', { ...fields, failure: outcome.left });
};
