import type { LoggedEvent } from '../port/log-reader.ts';
import type { CopyAgrees, CopyDiffers } from './compare-copy.ts';
import type { Breach, Fault, FaultType, Law, Place } from './fault.ts';
import type { Redacted } from './redactions.ts';

const faults: Readonly<Record<FaultType, string>> = {
  unreadable: 'it cannot be read',
  position: 'an event is missing, moved or put in here',
  stream: 'it belongs to no stream',
  revision: 'an event of its stream is missing, moved or put in here',
  'recorded-at': 'its stamp is not one that the store makes',
  metadata: 'its metadata was altered',
  payload: 'its payload was altered',
  'redacted-payload': 'its payload was altered after it was redacted',
  redaction: 'it records a redaction that the log does not have',
  unexplained: 'too many payloads differ from what was written',
  hash: 'its stream, revision, id, type, metadata or hash was altered',
  'log-hash': "its position, stamp, hash or the log's hash was altered",
  'unknown-event': 'this program does not know it',
  file: 'the file is damaged outside its events',
};

const laws: Readonly<Record<Law, string>> = {
  'lease-disjoint': 'a subnet was leased while it was held',
  'subnet-choice': 'a subnet is not the one that the policy chooses',
  'host-address-choice': 'a host address is not the one that the policy chooses',
  'host-address-once': 'a host address was given while another node had it',
  'subnets-per-node': 'a node was leased more subnets than it may have',
  'lease-expired': 'a lease was released by its TTL before its holder was silent for so long',
  'retired-empty': 'a subnet was retired or surrendered that was in use, or that the node keeps',
  'lease-known': 'a lease was changed by who does not hold it',
  'life-gone': 'a life was attested or replaced that is not the member, or not known gone',
  'life-continued': 'a life goes on from where no life before it ended',
  'configuration-fits': 'the cluster was configured with networks that do not hold what it has given',
  'lease-presented': 'a node presented another lease than its stream has',
  'epoch-grows': 'a restored log does not begin a new epoch',
  'lease-observed': 'a node relies on a lease that it was not given',
  'attachment-once': 'an attachment was added while it was there',
  'allocation-in-lease': 'an address was given from no lease of the node',
  'address-once': 'an address was given while it was held',
  'address-choice': 'an address is not the one that the policy chooses',
  'attachment-known': 'an attachment was wired or deleted that is not there, or with other addresses',
  'surrender-empty': 'a lease was surrendered while attachments held addresses of it',
  'era-closed': 'an era was not closed behind its last event, or was written on',
  'era-opened': 'an era does not begin with what the one before it left',
};

export type Words = { readonly msg: string; readonly remedy: string };

/** `position 812 (PodAdded at revision 40 of host-evio:node-1:…, id …)` */
const where = ({ position, stream, revision, id, event }: Place): string =>
  id === undefined
    ? `position ${position}`
    : `position ${position} (${event} at revision ${revision} of ${stream}, id ${id})`;

const sound = 'restore the log from a sound copy; evioctl verify --copy FILE tells what else differs';

export const faultWords = ({ type, expected, found, ...place }: Fault): Words => ({
  msg: `${type === 'file' ? '' : `${where(place)}: `}${faults[type]}: expected ${expected}, found ${found}`,
  remedy: type === 'unknown-event' ? 'verify it with the newer program that wrote it' : sound,
});

export const breachWords = ({ law, expected, found, involved, ...place }: Breach): Words => ({
  msg: `${where(place)}: ${laws[law]} (law ${law}): expected ${expected}, found ${found}`,
  remedy:
    involved.length === 0
      ? 'the events are intact: it was written so'
      : `the events are intact: it was written so; see ${involved.map(({ position, id }) => `position ${position} (id ${id})`).join(', ')}`,
});

/** More positions than these are counted, not listed. */
const listed = 12;

const times = ({ first, last }: Redacted): string =>
  first === last ? `on ${first}` : `from ${first} to ${last}`;

export const redactedWords = (redacted: Redacted): string => {
  const { by, reason, positions } = redacted;
  const more = positions.length - listed;
  const where = `${positions.slice(0, listed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${positions.length} ${positions.length === 1 ? 'payload' : 'payloads'} redacted, by ${by} ${times(redacted)}, reason: ${reason} (position ${where})`;
};

export const copyAgreesWords = (path: string, agrees: CopyAgrees): string => {
  const { common, onlyHere, onlyThere, wholeHere, wholeThere } = agrees;
  const more = [
    ...(onlyHere === 0 ? [] : [`${onlyHere} more here`]),
    ...(onlyThere === 0 ? [] : [`${onlyThere} more there`]),
    ...(wholeHere === 0 ? [] : [`${wholeHere} payloads redacted there are whole here`]),
    ...(wholeThere === 0 ? [] : [`${wholeThere} payloads redacted here are whole there`]),
  ];
  return `copy ${path} agrees in ${common} events${more.length === 0 ? '' : `; ${more.join(', ')}`}`;
};

/** Which of the two is right, only an anchor or a third copy can tell. */
export const copyDiffersWords = (path: string, { of, here, there }: CopyDiffers): Words => {
  const event = ({ type, id, hash, logHash }: LoggedEvent): string =>
    `${type} ${id} (${of === 'log' ? logHash : hash})`;
  return {
    msg: `position ${here.position} (revision ${here.revision} of ${here.stream}): here stands ${event(here)}, in ${path} at position ${there.position} ${event(there)}`,
    remedy:
      'one of them was rewritten from there on: hold both against an anchor (evioctl verify --anchor LINE)',
  };
};
