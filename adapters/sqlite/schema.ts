/** `evio` in ASCII, in the file's header: how a log is told from another program's database. */
export const applicationId = 0x6576696f;

/**
 * Version of the tables below, in the file's header. A file with a higher one belongs to a newer program. A log from which nothing was
 * ever dropped stays at the first: programs from before eras read it.
 */
export const firstSchema = 1;
export const schemaVersion = 2;

/**
 * These are stored shapes: a change is a new `schemaVersion`. (`seal` came later than the others and changes nothing for a
 * program that does not know it.)
 *
 * Ids and hashes are kept as bytes and stream names once, which makes a file a fifth smaller than texts would; `log`
 * shows all of it as texts, to `sqlite3` as well. `log_hash` chains the whole log (`logHash` in domain/chain.ts).
 */
export const tables = `
  CREATE TABLE meta (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    log_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    created TEXT NOT NULL,
    flushes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE seal (only INTEGER PRIMARY KEY CHECK (only = 1), hash TEXT NOT NULL) STRICT;
  CREATE TABLE stream (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES stream,
    revision INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    metadata TEXT NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    recorded_at TEXT NOT NULL,
    log_hash BLOB NOT NULL CHECK (length(log_hash) = 32),
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE VIEW log AS
    SELECT position, name AS stream, revision, lower(hex(id)) AS id, type, payload, metadata,
      lower(hex(hash)) AS hash, recorded_at, lower(hex(log_hash)) AS log_hash
    FROM event JOIN stream ON stream.key = event.stream;
`;

/** Comes into a log with the first era that is dropped from it, and with version 2: what is missing is known to be. */
export const droppedTable = `
  CREATE TABLE IF NOT EXISTS dropped (
    from_position INTEGER PRIMARY KEY,
    to_position INTEGER NOT NULL,
    stream INTEGER NOT NULL REFERENCES stream,
    from_revision INTEGER NOT NULL,
    to_revision INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    log_hash BLOB NOT NULL CHECK (length(log_hash) = 32),
    recorded_at TEXT NOT NULL,
    archive BLOB NOT NULL CHECK (length(archive) = 32)
  ) STRICT;
  PRAGMA user_version = ${schemaVersion};
`;
