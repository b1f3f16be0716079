#!/usr/bin/env node
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Command, Option } from 'commander';
import { openSqliteReader } from '../../adapters/sqlite/open-reader.ts';
import { freePort } from '../../test/support/free-port.ts';
import { must } from '../../test/support/must.ts';
import { rounded } from '../statistics.ts';
import { printed } from '../table.ts';
import { startServer } from '../wire/server.ts';
import { delayingProxy } from './delaying-proxy.ts';
import { type ClusterFigures, fullSize, nursery, quickSize, together } from './figures.ts';

const parts = ['join', 'join-far', 'leases', 'ship', 'simulate'] as const;
type Part = (typeof parts)[number];

const { json, quick, only } = new Command('bench:cluster')
  .description(
    'Measures many agents against one evio-ledger: joining, shipping, catching up; and how quickly one is simulated.',
  )
  .option('--json', 'one JSON object as the last line of stdout', false)
  .option('--quick', 'little of everything: shows that all works', false)
  .addOption(new Option('--only <part...>', 'measures this alone').choices(parts))
  .addHelpText(
    'after',
    `
Takes some minutes. Exit code: 0 measured, whether or not targets are met; 1 something failed.

Examples:
  npm run bench:cluster
  npm run bench:cluster -- --quick --json
  npm run bench:cluster -- --only join --only join-far`,
  )
  .parse()
  .opts<{ readonly json: boolean; readonly quick: boolean; readonly only?: ReadonlyArray<Part> }>();

const wants = (part: Part): boolean => only === undefined || only.includes(part);

const size = quick ? quickSize : fullSize;
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'evio-bench-cluster-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
};

const newFolder = (name: string): string => {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
};

/** `evio-ledger` with nothing of this machine's configuration. */
const serve = async (home: string, port: number) => {
  writeFileSync(join(home, 'ledger.json'), '{}');
  return startServer(home, port);
};

const inChild = async <Figures>(
  program: string,
  ...args: ReadonlyArray<string | number>
): Promise<Figures> => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, program), ...args.map(String)]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
};

const ledgerProgram = join(import.meta.dirname, '../../dist/services/ledger/main.js');

const configure = async (address: string): Promise<void> => {
  const network = ['--pod-cidr', '172.16.0.0/12', '--node-bits', '16', '--host-cidr', '10.0.0.0/8'];
  await run(process.execPath, [ledgerProgram, 'configure', '--ledger', address, ...network]);
};

/** The child's next lines, one by one. */
const linesOf = (child: ChildProcess): (() => Promise<void>) => {
  if (child.stdout === null) throw new Error('it has no stdout');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    if ((await lines.next()).done) throw new Error('agents ended before they had joined');
  };
};

/** The appends of hosts and allocator: the events of one have one stamp, and a stream's next append waits for the answer to the last. */
const appendsIn = (path: string): number => {
  const log = must(openSqliteReader(path));
  try {
    const appends = new Set<string>();
    for (const page of log.pages(0))
      for (const { stream, recordedAt } of page)
        if (stream !== 'evio-log') appends.add(`${stream} ${recordedAt}`);
    return appends.size;
  } finally {
    log.close();
  }
};

const joinAll = async (name: string, roundTripMs: number): Promise<{ seconds: number; appends: number }> => {
  progress(`${size.agents} agents join, ${roundTripMs} ms away`);
  const home = newFolder(name);
  const port = await freePort();
  await using server = await serve(home, port);
  await configure(server.connection);
  await using far = roundTripMs === 0 ? undefined : await delayingProxy(port, roundTripMs);
  const address = far === undefined ? server.connection : `esdb://127.0.0.1:${far.port}?tls=false`;
  const children: ChildProcess[] = [];
  for (let first = 0; first < size.agents; first += together) {
    const args = [home, address, String(first), String(Math.min(together, size.agents - first))];
    children.push(
      spawn(process.execPath, [...nursery, join(import.meta.dirname, 'joining.ts'), ...args], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    );
  }
  const next = children.map(linesOf);
  await Promise.all(next.map((line) => line()));
  const begun = performance.now();
  for (const child of children) child.stdin?.write('\n');
  await Promise.all(next.map((line) => line()));
  const seconds = (performance.now() - begun) / 1000;
  for (const child of children) child.stdin?.end();
  await Promise.all(children.map((child) => new Promise((ended) => child.once('exit', ended))));
  return { seconds, appends: appendsIn(join(home, 'ledger.db')) };
};

const measureJoining = async (): Promise<Partial<ClusterFigures>> => {
  const { seconds, appends } = await joinAll('near', 0);
  return { join500S: seconds, appendsPerJoin: appends / size.agents };
};

const catchUp = async (large: string, revision: number) => {
  await using server = await serve(large, await freePort());
  progress('a newcomer catches up');
  // Awaited here: the server ends with this function.
  return await inChild<{ catchUp65536S: number }>(
    'catching-up.ts',
    newFolder('newcomer'),
    server.connection,
    revision,
  );
};

const measureLeases = async (): Promise<Partial<ClusterFigures>> => {
  const large = newFolder('large');
  const log = join(large, 'ledger.db');
  progress(`a cluster of ${size.leases} leases`);
  const { decideAt65536Ms, revision } = await inChild<{ decideAt65536Ms: number; revision: number }>(
    'filling.ts',
    log,
    size.leases,
  );
  const { stateAt65536MiB } = await inChild<{ stateAt65536MiB: number }>('holding.ts', log);
  return { decideAt65536Ms, stateAt65536MiB, ...(await catchUp(large, revision)) };
};

const shipWaiting = async () => {
  await using server = await serve(newFolder('ship'), await freePort());
  await configure(server.connection);
  progress(`${size.waiting} events of pods are shipped`);
  // Awaited here: the server ends with this function.
  return await inChild<{ ship10000S: number }>(
    'shipping.ts',
    newFolder('shipper'),
    server.connection,
    size.waiting,
  );
};

const simulated = async (): Promise<Partial<ClusterFigures>> => {
  progress('clusters of 50 nodes are simulated');
  const { stepsPerS } = await inChild<{ stepsPerS: number }>(
    '../../simulator/main.ts',
    ...['--cluster', '--nodes', 50, '--seeds', size.worlds, '--steps', size.steps, '--no-mutants', '--json'],
  );
  return { simulatedStepsPerS: stepsPerS };
};

const figures: Partial<ClusterFigures> = {
  ...(wants('join') && (await measureJoining())),
  ...(wants('join-far') && { join500Rtt100S: (await joinAll('far', 100)).seconds }),
  ...(wants('leases') && (await measureLeases())),
  ...(wants('ship') && (await shipWaiting())),
  ...(wants('simulate') && (await simulated())),
};
progress('');

const row = (what: string, value: number | undefined, target: string) =>
  value === undefined ? [] : [[what, String(rounded(value)), target] as const];

console.log(
  printed({
    title: 'The cluster',
    columns: ['', 'measured', 'target'],
    rows: [
      ...row(`${size.agents} agents join at once, s`, figures.join500S, '≤ 10'),
      ...row('the same, 100 ms away, s', figures.join500Rtt100S, '≤ 15'),
      ...row('appends for each join', figures.appendsPerJoin, '≤ 3'),
      ...row(`one more join beside ${size.leases} leases, ms`, figures.decideAt65536Ms, '≤ 2'),
      ...row('their state, MiB', figures.stateAt65536MiB, '≤ 200'),
      ...row('a newcomer learns them, s', figures.catchUp65536S, '≤ 10'),
      ...row(`${size.waiting} waiting events ship, s`, figures.ship10000S, '≤ 5'),
      ...row('simulated steps of 50 nodes, per second', figures.simulatedStepsPerS, '≥ 5,000'),
    ],
  }),
);
if (json)
  console.log(
    JSON.stringify(
      Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)])),
    ),
  );
