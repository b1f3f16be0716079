import { either as E } from 'fp-ts';
import { describedBy, logStream } from '../esdb/ledger-stream.ts';
import type { AccessDenied, StreamAction, WantedAccess } from '../port/access.ts';
import { plain } from '../shown.ts';
import { type Acl, keptOutBy } from './acl.ts';
import { type StreamKind, streamKind } from './stream-kind.ts';
import type { User } from './user.ts';

/** What is refused, and the rule that does it. */
type Rule = string | undefined;

const isReading = (action: StreamAction): boolean => action === 'read' || action === 'read-metadata';

/** Whoever asks. That nobody deletes or truncates a stream of the ledger is the log's own rule (domain/esdb/), which no right lifts. */
const ofEverybody = (action: StreamAction, of: StreamKind): Rule =>
  action === 'append' && of.kind === 'log' ? `${logStream} is written by the server alone` : undefined;

const ofNode = (user: User & { readonly role: 'node' }, action: StreamAction, of: StreamKind): Rule => {
  const rule = `a node's credential appends to the host streams of ${user.node} in ${user.cluster}, and reads these, cluster-${user.cluster} and evio-log`;
  switch (of.kind) {
    case 'host':
      return of.of?.node === user.node &&
        of.of.cluster === user.cluster &&
        (isReading(action) || action === 'append')
        ? undefined
        : rule;
    case 'cluster':
      return of.cluster === user.cluster && isReading(action) ? undefined : rule;
    case 'log':
      return isReading(action) ? undefined : rule;
    case 'audit':
    case 'client':
    case 'system':
      return rule;
  }
};

const ofAllocator = (action: StreamAction, of: StreamKind): Rule =>
  isReading(action) || (action === 'append' && (of.kind === 'cluster' || of.kind === 'client'))
    ? undefined
    : "an allocator's credential reads everything and appends to cluster streams and to streams that are not the ledger's";

const ofRole = (user: User, action: StreamAction, of: StreamKind): Rule => {
  switch (user.role) {
    case 'operator':
      return undefined;
    case 'auditor':
      return isReading(action) ? undefined : "an auditor's credential only reads";
    case 'allocator':
      return ofAllocator(action, of);
    case 'node':
      return ofNode(user, action, of);
  }
};

/** An `$acl` narrows what a role may do with one stream; as in EventStoreDB, who may read all streams at once sees this one there. */
const ofAcl = (user: User, action: StreamAction, of: StreamKind, acl: Acl | undefined): Rule => {
  if (of.kind !== 'client') return undefined;
  const key = keptOutBy(acl, user, action);
  return key && `${key} of the stream's $acl does not name ${user.name}`;
};

/** To read or append to `$$orders` is to read or write the metadata of `orders`; it is no stream that could be deleted. */
const meant = (
  action: StreamAction,
  named: string,
): { readonly action: StreamAction; readonly stream: string } => {
  const stream = describedBy(named);
  if (stream === undefined) return { action, stream: named };
  return { stream, action: isReading(action) ? 'read-metadata' : 'write-metadata' };
};

/** Whether somebody may do it now. `acl`: the `$acl` of the stream's metadata; only client streams heed it. */
export const may = (user: User, wanted: WantedAccess, acl?: Acl): E.Either<AccessDenied, void> => {
  const denied = (what: string, rule: string): E.Either<AccessDenied, void> =>
    E.left({ type: 'access-denied', reason: `${user.name} (${user.role}) may not ${what}: ${rule}` });
  if (wanted.action === 'read-all')
    return user.role === 'node'
      ? denied(
          'read all streams',
          "a node's credential reads stream by stream; evioctl credential issues one to an auditor",
        )
      : E.right(undefined);
  const { action, stream } = meant(wanted.action, wanted.stream);
  const of = streamKind(stream);
  const rule = ofEverybody(action, of) ?? ofRole(user, action, of) ?? ofAcl(user, action, of, acl);
  return rule === undefined ? E.right(undefined) : denied(`${action} ${plain(stream)}`, rule);
};
