import { readdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { scratchFolder } from '../../adapters/sqlite/scratch.ts';
import { runToEnd } from '../../support/node.ts';
import { script } from './ledger-scene.ts';

const refuses = test.macro({
  exec: async (t: ExecutionContext, args: ReadonlyArray<string>, code: number, words: RegExp) => {
    const env = { PATH: process.env['PATH'], XDG_CACHE_HOME: scratchFolder(t) };
    const ended = await runToEnd([process.execPath, script, ...args], { env });
    t.deepEqual([ended.code, ended.out], [code, ''], ended.err);
    t.regex(ended.err, words);
    t.deepEqual(readdirSync(env.XDG_CACHE_HOME), []);
  },
  title: (_, args: ReadonlyArray<string>) => `refused in words: evioctl ${args.join(' ')}`,
});

const far = 'esdb://127.0.0.1:9?tls=false';
const onThisMachine =
  /works on this machine, and --ledger names a log on another: nothing was done\n.*without --ledger/;
test(refuses, ['--ledger', far, 'archive', '--out', '/tmp', '--drop'], 1, onThisMachine);
test(refuses, ['--ledger', far, 'redact', '3', '--reason', 'x'], 1, onThisMachine);
test(refuses, ['--ledger', far, 'import', 'log.ndjson', '--into', '/nowhere/log.db'], 1, onThisMachine);
test(refuses, ['--ledger', far, 'era', 'close'], 1, onThisMachine);
test(
  refuses,
  ['--ledger', 'memory:', 'verify'],
  2,
  /--ledger "memory:" names a log that ends with its process/,
);
test(
  refuses,
  ['--ledger', 'esdb://a?tsl=false', 'verify'],
  2,
  /--ledger option "tsl" is not known: write tls/,
);
test(
  refuses,
  ['--ledger', far, '--log', '/x', 'verify'],
  2,
  /'--ledger <address>' cannot be used with option '--log <path>'/,
);
test(
  refuses,
  ['--ledger', far, 'verify'],
  1,
  /the ledger esdb:\/\/127.0.0.1:9\?tls=false cannot be reached: .*ECONNREFUSED/,
);

test('a flag wins over a variable, of --ledger and --log alike', async (t) => {
  const ask = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
    runToEnd([process.execPath, script, ...args, 'verify'], {
      env: { PATH: process.env['PATH'], XDG_CACHE_HOME: scratchFolder(t), ...env },
    });
  t.regex(
    (await ask({ EVIO_LOG: '/nowhere/x.db' }, '--ledger', 'sqlite:/nowhere/y.db')).err,
    /\/nowhere\/y\.db/,
  );
  t.regex((await ask({ EVIO_LEDGER: far }, '--log', '/nowhere/x.db')).err, /\/nowhere\/x\.db/);
  t.is((await ask({ EVIO_LEDGER: far, EVIO_LOG: '/nowhere/x.db' })).code, 2);
});
