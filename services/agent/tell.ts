import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { AddRequest, DelRequest } from '../../domain/cni/request.ts';
import { addressesOf } from '../../domain/host/state.ts';
import type { Added } from './add.ts';
import type { Agent } from './agent.ts';
import { attachmentFields, knownFields, msSince } from './log-fields.ts';
import type { Admission } from './result.ts';

/**
 * One line for an ADD, and one more for each address that had no time to cool down. `ms`: with the wait for its turn. The pod's name
 * is in the event alone: `evioctl redact` takes it out of the log, and could not take it out of a journal.
 */
export const tellOfAdd = (
  agent: Agent,
  request: AddRequest,
  outcome: E.Either<Refusal, Added>,
  startedMs: number,
): void => {
  const { ports, coolDown } = agent;
  const asked = { requestId: request.requestId, ms: msSince(agent.ports, startedMs) };
  if (E.isLeft(outcome)) {
    ports.log.warn('an ADD was refused', { ...attachmentFields(request), ...asked, failure: outcome.left });
    return;
  }
  const { attachment, timing } = outcome.right;
  const fields = knownFields(ports.ids, attachment);
  ports.log.info('added', { ...fields, addresses: addressesOf(attachment), ...asked, ...timing });
  const byPolicy = attachment.addresses.filter(({ choice }) => choice.by === 'policy');
  for (const { address, ms } of coolDown.tooSoon(byPolicy.map(({ address }) => address))) {
    ports.log.warn('an address is given again within its cool-down: its subnet has no other', {
      ...fields,
      address,
      ms,
    });
  }
};

/**
 * One line where another IPAM plugin is not even asked, or where it asks through an interface that was prepared: the ADD may come much
 * later, or not at all. Any other that is admitted comes again at once, with its addresses.
 */
export const tellOfAdmission = (
  { ports }: Agent,
  request: AddRequest,
  outcome: E.Either<Refusal, Admission>,
): void => {
  const fields = { ...attachmentFields(request), requestId: request.requestId };
  if (E.isLeft(outcome)) {
    ports.log.warn('a delegated ADD was refused', { ...fields, failure: outcome.left });
    return;
  }
  const { prepared } = outcome.right;
  if (prepared === undefined) return;
  const { hostIfname, mac } = prepared;
  ports.log.info('prepared', { ...fields, port: hostIfname, mac });
};

/** One line for a DEL. `event`: the id of its `PodDeleted`; of what the log did not know there is none. */
export const tellOfDel = (
  agent: Agent,
  request: DelRequest,
  outcome: E.Either<Refusal, { readonly event: string | undefined }>,
  startedMs: number,
): void => {
  const { log } = agent.ports;
  const { requestId } = request;
  const fields = { ...attachmentFields(request), requestId, ms: msSince(agent.ports, startedMs) };
  if (E.isRight(outcome)) log.info('deleted', { ...fields, event: outcome.right.event });
  else log.error('a DEL failed', { ...fields, failure: outcome.left });
};
