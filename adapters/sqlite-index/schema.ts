import { clusterEvents } from '../../domain/cluster/events.ts';
import { hostEvents } from '../../domain/host/events.ts';

/** Raised with any change of the tables, or of what the fold puts into them. */
const tablesVersion = 2;

/** What an index was made by. A new version of an event changes it by itself; an index of another shape is made anew. */
export const shape = JSON.stringify([
  tablesVersion,
  ...[hostEvents, clusterEvents].map((codecs) =>
    Object.entries(codecs).map(([type, { version }]) => [type, version]),
  ),
]);

/** Column `width` of what still lasts. */
export const lasting = -1;

/** No span of milliseconds or positions is as long as two to this power. */
export const widest = 53;

/**
 * The smallest w with length < 2^w. What lasted at a point x, having this width, began in (x − 2^w, x]: so an index on
 * (width, begin) finds it among at most about twice as many, however long the history is.
 */
export const widthOf = (begin: number, end: number | undefined): number => {
  if (end === undefined) return lasting;
  return end <= begin ? 0 : Math.floor(Math.log2(end - begin)) + 1;
};

const span = `
  width INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER,
  position_width INTEGER NOT NULL, closed INTEGER,
  about TEXT NOT NULL, checksum INTEGER NOT NULL`;

/**
 * A `gap` ends at its position: its events were archived, and not given, when the index was made. `since` and `until` are milliseconds by the writer's clock; `id` and `closed` the positions of the events that began and ended
 * it, `place` tells those apart that one event tells of. `about` is the whole span as a text; the other columns only find it. What a question about one moment reads lies together:
 * `allocation` is in the order of its widths and beginnings.
 */
export const tables = `
  CREATE TABLE state (
    only INTEGER PRIMARY KEY CHECK (only = 1), log_id TEXT NOT NULL, epoch INTEGER NOT NULL, shape TEXT NOT NULL,
    position INTEGER NOT NULL, log_hash TEXT NOT NULL, recorded_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE stream (
    key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL, position INTEGER NOT NULL, revision INTEGER NOT NULL, writer TEXT NOT NULL
  ) STRICT;
  CREATE TABLE gap (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, recorded_at TEXT NOT NULL, archive TEXT NOT NULL
  ) STRICT;
  CREATE TABLE mark (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE boot (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL, at INTEGER NOT NULL,
    boot_id TEXT NOT NULL, clock INTEGER
  ) STRICT;
  CREATE TABLE step (
    position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL,
    before INTEGER NOT NULL, after INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE allocation (
    id INTEGER NOT NULL, stream TEXT NOT NULL, container TEXT NOT NULL, pod TEXT, namespace TEXT, ${span},
    place INTEGER NOT NULL, PRIMARY KEY (width, since, id, place)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE address (
    address TEXT NOT NULL, width INTEGER NOT NULL, since INTEGER NOT NULL, id INTEGER NOT NULL,
    place INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE given (
    id INTEGER PRIMARY KEY, stream TEXT NOT NULL, key TEXT NOT NULL, node TEXT NOT NULL,
    network TEXT NOT NULL, ${span}
  ) STRICT;
`;

/** Made after the rows of a new index: sorting once is quicker than keeping sorted. */
export const indexes = `
  CREATE INDEX mark_stream ON mark (stream, position);
  CREATE INDEX boot_stream ON boot (stream, position);
  CREATE INDEX step_stream ON step (stream, position);
  CREATE INDEX address_time ON address (address, width, since, id, place);
  CREATE INDEX allocation_position ON allocation (position_width, id, closed);
  CREATE INDEX allocation_container ON allocation (container);
  CREATE INDEX allocation_pod ON allocation (pod) WHERE pod IS NOT NULL;
  CREATE INDEX allocation_lasting ON allocation (stream) WHERE closed IS NULL;
  CREATE INDEX given_time ON given (width, since, until);
  CREATE INDEX given_position ON given (position_width, id, closed);
  CREATE INDEX given_network ON given (network);
  CREATE INDEX given_node ON given (node);
  CREATE INDEX given_lasting ON given (stream, key) WHERE closed IS NULL;
`;
