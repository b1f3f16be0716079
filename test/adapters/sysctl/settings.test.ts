import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { settings } from '../../../adapters/sysctl/settings.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';

const netnsOf = async (t: ExecutionContext): Promise<Netns> => {
  const netns = await makeNetns('sysctl');
  t.teardown(netns.remove);
  return netns;
};

/** Runs an expression over `settings` in a process that lives in the namespace: procfs shows a process its own. */
const inside = async (netns: Netns, expression: string): Promise<unknown> => {
  const program = `
    import { settings } from ${JSON.stringify(import.meta.resolve('../../../adapters/sysctl/settings.ts'))};
    const left = [];
    for (const task of [${expression}]) left.push(await task());
    console.log(JSON.stringify(left, (_, value) => value === undefined ? 'undefined' : value));`;
  const { stdout } = await promisify(execFile)('ip', [
    ...['netns', 'exec', netns.name, process.execPath],
    ...['--input-type=module', '-e', program],
  ]);
  return JSON.parse(stdout);
};

const right = (value: unknown): unknown => ({ _tag: 'Right', right: value });

test('a setting that was written is the one the kernel has, in this namespace alone', async (t) => {
  const netns = await netnsOf(t);
  const other = await netnsOf(t);
  const answers = await inside(
    netns,
    `settings.read('ipv4/ip_forward'), settings.write('ipv4/ip_forward', '1'), settings.read('ipv4/ip_forward')`,
  );
  t.deepEqual(answers, [right('0'), right('undefined'), right('1')]);
  t.is((await netns.exec('cat', '/proc/sys/net/ipv4/ip_forward')).trim(), '1');
  t.is((await other.exec('cat', '/proc/sys/net/ipv4/ip_forward')).trim(), '0');
});

test('interfaces are those that have settings, without the templates; a name may have dots', async (t) => {
  const netns = await netnsOf(t);
  await netns.exec('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0.100');
  t.deepEqual(
    await inside(
      netns,
      `settings.interfaces('ipv4'), settings.interfaces('ipv6'),
       settings.write('ipv4/conf/eth0.100/rp_filter', '2'), settings.read('ipv4/conf/eth0.100/rp_filter')`,
    ),
    [right(['eth0', 'eth0.100', 'lo']), right(['eth0', 'eth0.100', 'lo']), right('undefined'), right('2')],
  );
});

test('a setting of several numbers is read with the tab between them', async (t) => {
  const netns = await netnsOf(t);
  t.deepEqual(
    await inside(
      netns,
      `settings.write('ipv4/ip_local_port_range', '20000 30000'), settings.read('ipv4/ip_local_port_range')`,
    ),
    [right('undefined'), right('20000\t30000')],
  );
});

test('a setting that the kernel does not have reads as undefined, and is refused by name when written', async (t) => {
  t.deepEqual(await settings.read('ipv4/conf/none0/rp_filter')(), E.right(undefined));
  t.deepEqual(
    await settings.write('ipv4/conf/none0/rp_filter', '0')(),
    E.left({
      type: 'setting-failed',
      path: 'ipv4/conf/none0/rp_filter',
      reason: 'no such file or directory (ENOENT)',
    }),
  );
});

test('a value that the kernel refuses is a failure', async (t) => {
  const netns = await netnsOf(t);
  t.deepEqual(await inside(netns, `settings.write('ipv4/ip_forward', 'perhaps')`), [
    {
      _tag: 'Left',
      left: { type: 'setting-failed', path: 'ipv4/ip_forward', reason: 'invalid argument (EINVAL)' },
    },
  ]);
});

for (const path of [
  '../kernel/hostname',
  'ipv4/../../kernel/hostname',
  '/proc/sys/kernel/hostname',
  'ipv4//x',
  '.',
  '',
])
  test(`a path that is not below /proc/sys/net is refused: ${JSON.stringify(path)}`, async (t) => {
    const refused = E.left({ type: 'setting-failed', path, reason: 'not a path below /proc/sys/net' });
    t.deepEqual(await settings.read(path)(), refused);
    t.deepEqual(await settings.write(path, 'x')(), refused);
  });
