import { owner } from './owner.ts';
import { map, set, uuid, type Value } from './value.ts';

/** Operations of a transaction (RFC 7047, section 5.2), as the wire has them. */
export type Operation = Readonly<Record<string, unknown>>;

type Row = Readonly<Record<string, Value>>;
type Condition = readonly [column: string, test: '==' | 'includes', value: Value];
type Mutation = readonly [column: string, mutator: 'insert' | 'delete' | '+=', value: Value];

export const insert = (table: string, name: string, row: Row): Operation => ({
  op: 'insert',
  table,
  row,
  'uuid-name': name,
});

export const update = (table: string, where: ReadonlyArray<Condition>, row: Row): Operation => ({
  op: 'update',
  table,
  where,
  row,
});

export const mutate = (
  table: string,
  where: ReadonlyArray<Condition>,
  ...mutations: ReadonlyArray<Mutation>
): Operation => ({ op: 'mutate', table, where, mutations });

export const select = (
  table: string,
  where: ReadonlyArray<Condition>,
  columns: ReadonlyArray<string>,
): Operation => ({ op: 'select', table, where, columns });

/** Refuses the transaction ("timed out") unless exactly these names are found, without waiting for them. */
export const expectNames = (
  table: string,
  where: ReadonlyArray<Condition>,
  names: ReadonlyArray<string>,
): Operation => ({
  op: 'wait',
  timeout: 0,
  table,
  where,
  columns: ['name'],
  until: '==',
  rows: names.map((name) => ({ name })),
});

/** Refuses the transaction unless this very port still bears our mark. */
export const expectOurs = (port: { readonly uuid: string; readonly name: string }): Operation =>
  expectNames(
    'Port',
    [
      ['_uuid', '==', uuid(port.uuid)],
      ['external_ids', 'includes', map(owner)],
    ],
    [port.name],
  );

/** The database forgets a port, and its interface, that no bridge holds any more. */
export const unplug = (port: string): Operation =>
  mutate('Bridge', [['ports', 'includes', uuid(port)]], ['ports', 'delete', set([uuid(port)])]);
