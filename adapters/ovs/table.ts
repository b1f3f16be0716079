/** One table of the replica, by row id and by name. */
export type Table<Row> = {
  readonly get: (uuid: string) => Row | undefined;
  readonly named: (name: string) => Row | undefined;
  readonly all: () => ReadonlyArray<Row>;
  /** Takes in a `table-update2` (ovsdb-server(7), section 4.1.14); false when there was nothing in it. */
  readonly apply: (update: unknown) => boolean;
};

type Named = { readonly uuid: string; readonly name: string };
type Columns = Readonly<Record<string, unknown>>;
type RowUpdate = Readonly<Record<'initial' | 'insert' | 'modify', Columns | undefined>>;

export const makeTable = <Row extends Named>(
  read: (uuid: string, changed: Columns, before?: Row) => Row,
): Table<Row> => {
  const rows = new Map<string, Row>();
  const names = new Map<string, Row>();

  const forget = (row: Row): void => {
    rows.delete(row.uuid);
    // One update may delete a row and insert another of its name, in either order.
    if (names.get(row.name) === row) names.delete(row.name);
  };

  return {
    get: (uuid) => rows.get(uuid),
    named: (name) => names.get(name),
    all: () => [...rows.values()],
    apply: (update) => {
      if (typeof update !== 'object' || update === null) return false;
      const entries = Object.entries(update as Readonly<Record<string, RowUpdate>>);
      for (const [uuid, { initial, insert, modify }] of entries) {
        const before = rows.get(uuid);
        if (before !== undefined) forget(before);
        const changed = initial ?? insert ?? modify;
        if (changed === undefined) continue;
        const row = read(uuid, changed, before);
        rows.set(uuid, row);
        names.set(row.name, row);
      }
      return entries.length > 0;
    },
  };
};
