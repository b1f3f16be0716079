import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import type { StreamAction } from '../port/access.ts';
import type { User } from './user.ts';

/** A name, or several: EventStoreDB takes both. */
const Names = t.union([t.string, t.readonlyArray(t.string)]);

/** `$acl` of a stream's metadata, in EventStoreDB's words. What it leaves out is open to everybody who may come in. */
const Acl = t.partial({ $r: Names, $w: Names, $d: Names, $mr: Names, $mw: Names });
export type Acl = t.TypeOf<typeof Acl>;

/** An `$acl` as a client wrote it. One that is none lets nobody in but operators: whoever wrote it meant to lock something. */
export const parseAcl = (value: unknown): Acl => {
  const decoded = Acl.decode(value);
  return E.isRight(decoded) ? decoded.right : { $r: [], $w: [], $d: [], $mr: [], $mw: [] };
};

const keyOf: Readonly<Record<StreamAction, keyof Acl>> = {
  read: '$r',
  append: '$w',
  delete: '$d',
  tombstone: '$d',
  'read-metadata': '$mr',
  'write-metadata': '$mw',
};

/** `undefined` when the list lets the user do it, else the list's name. `$admins` are the operators, whom no list keeps out. */
export const keptOutBy = (acl: Acl | undefined, user: User, action: StreamAction): keyof Acl | undefined => {
  const key = keyOf[action];
  const names = acl?.[key] ?? ['$all'];
  const listed = typeof names === 'string' ? [names] : names;
  return user.role === 'operator' || listed.includes('$all') || listed.includes(user.name) ? undefined : key;
};
