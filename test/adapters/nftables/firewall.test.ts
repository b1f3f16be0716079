import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { either as E } from 'fp-ts';
import { openFirewall } from '../../../adapters/nftables/firewall.ts';
import type { Masquerade } from '../../../domain/port/firewall.ts';
import { makeNetns, type Netns } from '../../support/netns.ts';
import { eventually } from '../../support/node.ts';
import { makeHost, right } from '../kernel/host-and-pods.ts';

/** By its path: `node_modules/.bin` has another program of this name. */
const nft = '/usr/sbin/nft';

const netnsOf = async (t: ExecutionContext): Promise<Netns> => {
  const netns = await makeNetns('nft');
  t.teardown(netns.remove);
  return netns;
};

const dualStack: Masquerade = {
  sources: ['10.244.3.0/24', '10.244.9.0/24', 'fd00:244:0:3::/64'],
  except: ['10.244.0.0/16', '10.10.0.0/16', '224.0.0.0/4', '192.0.2.7/32', 'fd00:244::/48', 'ff00::/8'],
};

const asWritten = E.right([]);
const missing = (...parts: ReadonlyArray<string>) => parts.map((part) => `the ${part} is missing`);
const otherwise = (...parts: ReadonlyArray<string>) =>
  parts.map((part) => `the ${part} is not as it was written`);
const surplus = (...parts: ReadonlyArray<string>) => parts.map((part) => `the ${part} does not belong there`);
const nothingThere = missing(
  ...['set pods4', 'set except4', 'set pods6', 'set except6', 'chain prerouting', 'chain postrouting'],
);

test('the table that was put there is as written, and another is not', async (t) => {
  const firewall = openFirewall({ netns: (await netnsOf(t)).path });
  t.deepEqual(await firewall.inspect(dualStack)(), E.right(nothingThere));
  t.deepEqual(await firewall.replace(dualStack)(), E.right(undefined));
  t.deepEqual(await firewall.inspect(dualStack)(), asWritten);
  t.deepEqual(
    await firewall.inspect({ ...dualStack, sources: ['10.244.3.0/24'] })(),
    E.right([...otherwise('set pods4', 'chain postrouting'), ...surplus('set pods6', 'set except6')]),
  );
  t.deepEqual(
    await firewall.inspect({ ...dualStack, except: ['10.244.0.0/16'] })(),
    E.right(otherwise('set except4', 'set except6')),
  );
});

test('replacing leaves only the new rules, and the same again changes nothing', async (t) => {
  const netns = await netnsOf(t);
  const firewall = openFirewall({ netns: netns.path });
  const next: Masquerade = { sources: ['10.244.4.0/24'], except: ['10.0.0.0/8'] };
  await firewall.replace(dualStack)();
  await firewall.replace(next)();
  const once = await netns.exec(nft, 'list', 'ruleset');
  await firewall.replace(next)();
  t.is(await netns.exec(nft, 'list', 'ruleset'), once);
  t.false(once.includes('10.244.3.0'));
  t.deepEqual(await firewall.inspect(next)(), asWritten);
});

test('overlapping, adjacent, repeated and unusual networks are held as they were put there', async (t) => {
  const firewall = openFirewall({ netns: (await netnsOf(t)).path });
  const odd: Masquerade = {
    sources: [
      '10.0.0.0/24',
      '10.0.1.0/24',
      '10.0.1.7/32',
      '10.0.0.0/24',
      'FD00:0:0:0::/64',
      'fd00:0:0:1::/64',
    ],
    except: ['::/0', 'fd00::/8', '::ffff:0:0/96'],
  };
  t.deepEqual(await firewall.replace(odd)(), E.right(undefined));
  t.deepEqual(await firewall.inspect(odd)(), asWritten);
  const everywhere: Masquerade = { sources: ['0.0.0.0/0'], except: [] };
  t.deepEqual(await firewall.replace(everywhere)(), E.right(undefined));
  t.deepEqual(await firewall.inspect(everywhere)(), asWritten);
});

test('without pod subnets the table has no rule and is held', async (t) => {
  const firewall = openFirewall({ netns: (await netnsOf(t)).path });
  const nothing: Masquerade = { sources: [], except: ['10.0.0.0/8'] };
  t.deepEqual(await firewall.replace(nothing)(), E.right(undefined));
  t.deepEqual(await firewall.inspect(nothing)(), asWritten);
});

/** nft's words, and what is said of the table behind them. */
const meddling: Readonly<Record<string, readonly [ReadonlyArray<string>, ReadonlyArray<string>]>> = {
  'all rules flushed': [
    ['flush', 'chain', 'inet', 'evio_ledger', 'postrouting'],
    otherwise('chain postrouting'),
  ],
  'an exception removed': [
    ['delete', 'element', 'inet', 'evio_ledger', 'except4', '{ 10.10.0.0/16 }'],
    otherwise('set except4'),
  ],
  'a source added': [
    ['add', 'element', 'inet', 'evio_ledger', 'pods4', '{ 10.99.0.0/16 }'],
    otherwise('set pods4'),
  ],
  'a rule put in front': [
    ['insert', 'rule', 'inet', 'evio_ledger', 'postrouting', 'accept'],
    otherwise('chain postrouting'),
  ],
  'a chain added': [['add', 'chain', 'inet', 'evio_ledger', 'more'], surplus('chain more')],
  'a set added': [
    ['add', 'set', 'inet', 'evio_ledger', 'names', '{ type ipv4_addr; }'],
    surplus('set names'),
  ],
  'the policy changed': [
    ['add', 'chain', 'inet', 'evio_ledger', 'postrouting', '{ policy drop; }'],
    otherwise('chain postrouting'),
  ],
  'the table deleted': [['delete', 'table', 'inet', 'evio_ledger'], nothingThere],
};

for (const [what, [words, differences]] of Object.entries(meddling))
  test(`meddling is noticed, and replaced: ${what}`, async (t) => {
    const netns = await netnsOf(t);
    const firewall = openFirewall({ netns: netns.path });
    await firewall.replace(dualStack)();
    await netns.exec(nft, ...words);
    t.deepEqual(await firewall.inspect(dualStack)(), E.right(differences));
    await firewall.replace(dualStack)();
    t.deepEqual(await firewall.inspect(dualStack)(), asWritten);
  });

test('one deleted rule of two is noticed', async (t) => {
  const netns = await netnsOf(t);
  const firewall = openFirewall({ netns: netns.path });
  await firewall.replace(dualStack)();
  const listing = await netns.exec(nft, '-a', 'list', 'chain', 'inet', 'evio_ledger', 'postrouting');
  const handle = /ip6 saddr .* # handle (\d+)/.exec(listing)?.[1] ?? '';
  await netns.exec(nft, 'delete', 'rule', 'inet', 'evio_ledger', 'postrouting', 'handle', handle);
  t.deepEqual(await firewall.inspect(dualStack)(), E.right(otherwise('chain postrouting')));
});

test('tables of others stay as they are', async (t) => {
  const netns = await netnsOf(t);
  const firewall = openFirewall({ netns: netns.path });
  await netns.exec(
    nft,
    'add table inet evio; add chain inet evio postrouting { type filter hook input priority 0; }',
  );
  await netns.exec(nft, 'add table ip evio_ledger; add set ip evio_ledger pods4 { type ipv4_addr; }');
  const before = await netns.exec(nft, 'list', 'ruleset');
  await firewall.replace(dualStack)();
  await firewall.replace({ sources: [], except: [] })();
  t.deepEqual(await firewall.remove()(), E.right(undefined));
  t.is(await netns.exec(nft, 'list', 'ruleset'), before);
});

test('removing succeeds, and succeeds again', async (t) => {
  const netns = await netnsOf(t);
  const firewall = openFirewall({ netns: netns.path });
  await firewall.replace(dualStack)();
  t.deepEqual(await firewall.remove()(), E.right(undefined));
  t.deepEqual(await firewall.remove()(), E.right(undefined));
  t.is(await netns.exec(nft, 'list', 'ruleset'), '');
});

test('whoever watches hears of a removal, and nothing of one where nothing is', async (t) => {
  const { kernel, netns } = await makeHost(t);
  const firewall = openFirewall({ netns: netns.path });
  await firewall.replace(dualStack)();
  let heard = 0;
  await right(
    kernel.watch({ interface: 'evio0', table: 'evio_ledger' }, () => {
      heard += 1;
    }),
  );
  t.deepEqual(await firewall.remove()(), E.right(undefined));
  await eventually('the removal is heard', async () => (heard > 0 ? true : undefined));
  // Longer than changes are gathered.
  await sleep(400);
  const before = heard;
  t.deepEqual(await firewall.remove()(), E.right(undefined));
  await sleep(400);
  t.is(heard, before);
});

test('what is not a network is refused by name before anything is changed', async (t) => {
  const netns = await netnsOf(t);
  const firewall = openFirewall({ netns: netns.path });
  await firewall.replace(dualStack)();
  const wrong = '10.0.0.0/8 }; flush ruleset';
  t.deepEqual(
    await firewall.replace({ sources: ['10.244.3.0/24'], except: [wrong] })(),
    E.left({ type: 'firewall-failed', reason: `${wrong} is not a network (ADDRESS/LENGTH)` }),
  );
  t.deepEqual(await firewall.inspect(dualStack)(), asWritten);
});

test('without nft the failure carries the line that installs it', async (t) => {
  const program = `
    import { openFirewall } from ${JSON.stringify(import.meta.resolve('../../../adapters/nftables/firewall.ts'))};
    const masquerade = { sources: [], except: [] };
    const here = await openFirewall().inspect(masquerade)();
    const elsewhere = await openFirewall({ netns: '/proc/self/ns/net' }).inspect(masquerade)();
    console.log(JSON.stringify([here, elsewhere]));`;
  // A mount namespace of the child's own, in which the folder that holds nft is empty.
  const hidden = 'mount -t tmpfs tmpfs /usr/sbin && exec "$0" --input-type=module -e "$1"';
  const { stdout } = await promisify(execFile)('unshare', [
    ...['--mount', '--net', 'sh', '-c', hidden, process.execPath, program],
  ]);
  const left = {
    type: 'firewall-failed',
    reason: 'nft is not installed: apt-get install --no-install-recommends nftables',
  };
  t.deepEqual(JSON.parse(stdout), [E.left(left), E.left(left)]);
});

test('a namespace that is not there is a failure, not an absent table', async (t) => {
  const answer = await openFirewall({ netns: '/run/netns/evio-test-none' }).inspect(dualStack)();
  t.true(E.isLeft(answer));
});
