import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { either as E } from 'fp-ts';
import { openNodeKey } from '../../adapters/system/keys.ts';
import type { HistorySpec } from '../../domain/generate/spec.ts';
import { parseHostStream } from '../../domain/stream.ts';
import { freePort } from '../../test/support/free-port.ts';
import { startServer } from '../wire/server.ts';
import { openLog } from './open-log.ts';
import { type Ran, runEvioctl } from './run-evioctl.ts';
import { writeLog } from './write-log.ts';

const ledgerProgram = resolve(import.meta.dirname, '../../services/ledger/main.ts');

export type Command = Ran & { readonly name: string };

/** Position of the last event, and some node of the log. */
const lookAt = (path: string): { readonly last: number; readonly node: string } => {
  const log = openLog(path);
  const node = log
    .heads()
    .map(({ stream }) => parseHostStream(stream)?.node)
    .find((name) => name !== undefined);
  const last = log.end()?.position ?? 0;
  log.close();
  if (node === undefined) throw new Error('the log has no node');
  return { last, node };
};

/** Few nodes, whose eras are long: about a tenth of the size altogether. */
const writeEras = async (folder: string, { events, ...spec }: HistorySpec): Promise<string> => {
  const path = join(folder, 'ledger.db');
  const nodes = 12;
  mkdirSync(folder);
  const size = { nodes, events: Math.ceil(events / 8), eraEvents: Math.ceil(events / 200) };
  const written = await writeLog(path, { ...spec, ...size }, () => undefined);
  // As its agent leaves it: its allocator has decided all.
  writeFileSync(join(folder, 'allocator.position'), `${written - 1}\n`);
  return path;
};

/**
 * The whole log read over the wire would take as long as all other commands together. It is read by the thousand events, however many
 * there are, so those of a shorter log will do.
 */
const mirror = async (
  log: string,
  folder: string,
  run: (name: string, ...args: ReadonlyArray<string>) => Promise<void>,
): Promise<void> => {
  mkdirSync(folder);
  copyFileSync(log, join(folder, 'ledger.db'));
  writeFileSync(join(folder, 'ledger.json'), '{}');
  await using server = await startServer(folder, await freePort(), ledgerProgram);
  await run('leases, of a mirror', '--ledger', server.connection, 'leases');
};

/**
 * Every other command that reads the log, as its user runs it, once each: what a command had in memory at most. `path` stays as it is; all
 * that is made goes into `folder`.
 */
export const measureCommands = async (
  path: string,
  folder: string,
  spec: HistorySpec,
  onBegin: (name: string) => void,
): Promise<ReadonlyArray<Command>> => {
  const place = (name: string): string => join(folder, name);
  const cache = place('cache');
  const ran: Command[] = [];
  const run = async (name: string, ...args: ReadonlyArray<string>): Promise<void> => {
    onBegin(name);
    ran.push({ name, ...(await runEvioctl(cache, args)) });
  };
  const onLog = (name: string, ...args: ReadonlyArray<string>): Promise<void> =>
    run(name, '--log', path, name, ...args);

  const { last, node } = lookAt(path);
  const key = await openNodeKey(place('node.key'))();
  if (E.isLeft(key)) throw new Error(key.left.reason);
  await onLog('verify');
  await onLog('anchor', '--key', place('node.key'));
  await onLog('history', node);
  await onLog('who-had', '10.244.0.3');
  await run('log', '--ledger', `sqlite:${path}`, 'log', '--limit', '1000');
  await onLog('diff', `@${Math.round(last / 10)}`, `@${last}`);
  await onLog('replay', '--out', place('replayed'));
  rmSync(place('replayed'), { recursive: true });
  await onLog('simulate-plan', '--pod-cidr', '172.16.0.0/12', '--node-bits', '12');
  await onLog('export', '--out', place('export.ndjson'));
  await run('import', 'import', place('export.ndjson'), '--into', place('copy.db'));
  for (const name of ['export.ndjson', 'copy.db']) rmSync(place(name));

  onBegin('archive');
  const own = await writeEras(place('eras'), spec);
  await mirror(own, place('served'), run);
  mkdirSync(place('archives'));
  await run('archive', '--log', own, 'archive', '--out', place('archives'));
  await run('archive --drop', '--log', own, 'archive', '--out', place('archives'), '--drop');
  return ran;
};
