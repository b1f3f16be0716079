import { either as E } from 'fp-ts';
import * as t from 'io-ts';
import { Integer } from '../../domain/integer.ts';
import { fileCheckpoint } from '../checkpoint.ts';
import { dropArchivedEra } from '../drop-era.ts';
import type { Agent } from './agent.ts';
import type { Route } from './route.ts';

const ArchivedEra = t.strict({
  stream: t.string,
  revision: Integer,
  hash: t.string,
  archive: t.string,
  audited: t.number,
});

const refused = (status: number, msg: string, details: string) => ({
  status,
  body: { error: { msg, details } },
});

/** Takes an era that evioctl has archived out of the log: only the agent writes to it. */
const dropEraRoute: Route<Agent> = async ({ ports, configuration, otherTurns, ledger }, { body }) => {
  const era = ArchivedEra.decode(body);
  if (E.isLeft(era)) return refused(400, 'the era is not named whole', 'use the programs of one version');
  const { ownLog, dropEra, files } = ports;
  if (dropEra === undefined) return refused(409, 'this log keeps all its eras', 'nothing was changed');
  // Behind a ledger whoever reads this node's events reads them there: an era may go when it is there.
  const allocator =
    ledger === undefined
      ? fileCheckpoint(files, configuration.allocatorCheckpoint)
      : { load: async () => E.right(ledger.shippedTo()) };
  // Not beside a redaction: both change what the log holds.
  const dropped = await otherTurns.take('redact', () =>
    dropArchivedEra(ownLog, dropEra, allocator, era.right, era.right.audited),
  );
  if (E.isRight(dropped)) return { status: 200, body: { dropped: era.right.stream } };
  const { left } = dropped;
  return left.type === 'unavailable'
    ? refused(
        500,
        `the log cannot be written: ${left.reason}`,
        'is the disk full? What was dropped stays so; ask again',
      )
    : refused(409, `the era ${left.stream} was not dropped: ${left.reason}`, 'nothing was changed');
};

export const dropRoutes: Readonly<Record<string, Route<Agent>>> = { 'POST /v1/drop-era': dropEraRoute };
