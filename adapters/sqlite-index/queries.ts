import type { DatabaseSync } from 'node:sqlite';
import { addressBits, family, fromNumber, type IpAddress, toNumber } from '../../domain/ip/address.ts';
import type { IndexedLog, OwnershipIndex } from '../../domain/port/ownership-index.ts';
import type { Boot, Horizon, StepBack } from '../../domain/projection/horizon.ts';
import { touches } from '../../domain/projection/ownership-span.ts';
import { readHorizons } from './catch-up.ts';
import { allocationsIn, grantOf } from './rows.ts';
import { spansAt, spansOfAddress, spansWhere } from './span-queries.ts';

/** The address and every network that holds it, as texts: the longest prefix first. */
const around = (address: IpAddress): ReadonlyArray<string> => {
  const of = family(address);
  const bits = addressBits(of);
  const number = toNumber(address);
  const networks = Array.from({ length: bits + 1 }, (_, free) => {
    const width = BigInt(free);
    return `${fromNumber(of, (number >> width) << width)}/${bits - free}`;
  });
  return [address, ...networks];
};

const horizonsAt = (db: DatabaseSync) => {
  const query = db.prepare(`
    SELECT name AS stream, mark.at, mark.position, mark.revision, writer
    FROM stream JOIN mark ON mark.position =
      (SELECT max(own.position) FROM mark AS own WHERE own.stream = stream.key AND own.position <= ?)
    ORDER BY key`);
  return (position: number): ReadonlyArray<Horizon> =>
    query.all(position).map((row) => ({ ...row }) as unknown as Horizon);
};

/** Position, revision, time, boot id, and whether the clock was synchronised. */
type BootRow = readonly [number, number, number, string, number | null];

const bootQuery = (db: DatabaseSync) => {
  const query = db.prepare(
    'SELECT position, revision, at, boot_id, clock FROM boot WHERE stream = ? ORDER BY position',
    { returnArrays: true },
  );
  return (stream: string): ReadonlyArray<Boot> =>
    (query.all(stream) as unknown as ReadonlyArray<BootRow>).map(
      ([position, revision, at, bootId, clock]) => ({
        stream,
        position,
        revision,
        at,
        bootId,
        ...(clock === null ? {} : { clockSynchronised: clock === 1 }),
      }),
    );
};

/** The questions of an index that is open for reading. All throw what SQLite refuses, or `DamagedIndex`. */
export const queriesOf = (db: DatabaseSync, log: IndexedLog): OwnershipIndex => {
  const read = allocationsIn(db);
  const ofPod = spansWhere(db, 'allocation', 'pod = ?', read);
  const ofPodIn = spansWhere(db, 'allocation', 'pod = ?2 AND namespace = ?1', read);
  const ofContainer = spansWhere(db, 'allocation', 'container >= ?1 AND container < ?2', read);
  const ofNetworks = spansWhere(db, 'given', 'network IN (SELECT value FROM json_each(?))', grantOf);
  const steps = db.prepare('SELECT * FROM step WHERE stream = ? ORDER BY position');
  // Asked for each of a thousand nodes, whose clocks nearly never went back.
  const someStep = db.prepare('SELECT 1 FROM step LIMIT 1').get() !== undefined;
  return {
    log,
    allocationsOf: spansOfAddress(db, read),
    allocationsAt: spansAt(db, 'allocation', read),
    grantsOf: (address, period) =>
      ofNetworks(JSON.stringify(around(address))).filter((grant) => touches(grant, period)),
    grantsAt: spansAt(db, 'given', grantOf),
    allocationsOfPod: (name) => {
      const [namespace = '', pod] = name.split('/');
      return pod === undefined ? ofPod(name) : ofPodIn(namespace, pod);
    },
    // No text that begins with the prefix comes behind the prefix and the last character there is.
    allocationsOfContainer: (prefix) => ofContainer(prefix, `${prefix}\u{10ffff}`),
    grantsOfNode: spansWhere(db, 'given', 'node = ?', grantOf),
    grantsOfSubnet: spansWhere(db, 'given', 'network = ?', grantOf),
    horizons: (position) => (position === undefined ? readHorizons(db) : horizonsAt(db)(position)),
    boots: bootQuery(db),
    stepsBack: (stream) =>
      someStep ? steps.all(stream).map((row) => ({ ...row }) as unknown as StepBack) : [],
    close: () => db.close(),
  };
};
