import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import { insecurely } from '../services/ledger/server-process.ts';
import { freePort } from '../support/free-port.ts';
import { readUnit, root } from './unit.ts';

const { settings, verified, flagsOf } = await readUnit('evio-ledger.service');

test('systemd finds nothing wrong with the unit, where the project is installed', async (t) => {
  t.is(await verified(t), '');
});

test('the unit starts the program with the flags of its first line, in the folder that the log has by default', async (t) => {
  const flags = await flagsOf('services/ledger/main.ts');
  t.is(
    settings.get('ExecStart'),
    `/opt/evio/node_modules/.bin/node ${flags} /opt/evio/dist/services/ledger/main.js serve`,
  );
  t.is(settings.get('StateDirectory'), 'evio-ledger');
  t.regex(
    await readFile(join(root, 'services/ledger/options.ts'), 'utf8'),
    /'\/var\/lib\/evio-ledger\/ledger\.db'/,
  );
});

/** Nobody in particular. */
const nobody = 65_534;

test('without root and without any capability, as in the unit, the server does its work and ends with 0', async (t) => {
  t.is(settings.get('CapabilityBoundingSet'), '');
  const folder = await mkdtemp(join(tmpdir(), 'evio-unit-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o777);
  const rights = [
    '--reuid',
    `${nobody}`,
    '--regid',
    `${nobody}`,
    '--clear-groups',
    '--no-new-privs',
    '--bounding-set=-all',
  ];
  const program = join(root, 'services/ledger/main.ts');
  const state = join(folder, 'state');
  const child = spawn(
    'setpriv',
    [...rights, process.execPath, program, ...insecurely(state, await freePort())],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes('"message":"serving"')) break;
  }
  t.regex(lines.at(-1) ?? '', /"message":"serving"/, lines.join('\n'));
  child.stderr.resume();
  child.kill('SIGTERM');
  t.deepEqual(await ended, [0, null]);
});
