import { readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { makeLedgered, ownLog, sameCopies, shipped, streamIn } from '../../support/ledgered-scene.ts';
import { eventually } from '../../support/node.ts';
import { runToEnd } from '../../support/run-to-end.ts';
import { scrape } from '../../support/samples.ts';
import { isReady, type Scene } from '../../support/scene.ts';

const scrapedUntil = (node: Scene['node'], name: string, holds: (value: number) => boolean) =>
  eventually(name, async () => {
    const value = (await scrape(node))[name];
    return value !== undefined && holds(value) ? value : undefined;
  });

test.serial(
  'a first join waits for the ledger and says so; then pods come and go without it, and all arrives over TLS with the node’s credential',
  async (t) => {
    const { scene, ledger, credentialOf } = await makeLedgered(t);
    const { node } = scene;
    const address = await credentialOf('node-1');
    await ledger.server.end('SIGKILL');

    await writeFile(
      join(node.dir, 'net-conf.json'),
      '{"podCidr":"10.0.0.0/8","nodeBits":8,"hostCidr":"10.10.0.0/16"}',
    );
    await node.startAgent('--ledger', address);
    const unjoined = await node.status();
    t.false(unjoined.ready);
    t.regex(
      unjoined.reasons.join(),
      new RegExp(`waiting for the ledger at localhost:${ledger.port} since \\d+ s`),
    );
    const joining = node.configGen('--ledger', address, '--wait', '120');
    await eventually(
      'the agent says that it waits',
      async () =>
        /"message":"waiting for the ledger at localhost:\d+ since \d+ s/.test(await node.agentLog()) ||
        undefined,
    );
    const back = await ledger.restart();
    const generated = await joining;
    t.is(generated.code, 0, generated.err);
    t.regex(generated.err, /this node holds 10\.244\.0\.0\/24 and the host address 10\.10\.0\.1/);
    await isReady(node);

    const [first, second, third] = await scene.makePods(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three pods');
    await scene.add(first);
    await shipped(scene);
    await sameCopies(t, scene, ledger);

    await back.end('SIGKILL');
    await scene.add(second);
    await scene.del(first);
    t.is((await scene.cni('STATUS', second, { cniVersion: '1.1.0' })).code, 0);
    await node.stopAgent('SIGKILL');
    await node.startAgent('--ledger', address);
    await isReady(node);
    await scene.add(third);
    const offline = await node.evioctl('status');
    t.regex(offline.out, /ledger {8}waiting for the ledger at localhost:\d+ since \d+ s/);

    const behind = await scrape(node);
    t.is(behind['evio_ledger_lag_events'], undefined, 'before the first contact nobody knows');
    t.true((behind['evio_ledger_lag_seconds'] ?? -1) >= 0);
    t.true((await scrapedUntil(node, 'evio_ledger_silent_seconds', (value) => value > 0)) > 0);

    const redacted = await node.evioctl('redact', '--pod', 'shop/web-0', '--reason', 'request 4711');
    t.is(redacted.code, 1);
    t.regex(redacted.err, /does not have all events of this node yet.*\n.*redact when evioctl status says/);

    await ledger.restart();
    const { words } = await shipped(scene);
    t.like(await scrape(node), {
      evio_ledger_lag_events: 0,
      evio_ledger_lag_seconds: 0,
      evio_ledger_silent_seconds: 0,
    });
    t.is(words, `follows the ledger at localhost:${ledger.port}: it has all events of this node`);
    await sameCopies(t, scene, ledger);
    const leases = await node.evioctl('leases', '--json');
    t.regex(leases.out, /"10\.244\.0\.0\/24"/);
    const verified = await node.evioctl('verify', '--log', ownLog(scene));
    t.is(verified.code, 0, verified.out + verified.err);
    const configured = await node.evioctl(
      'configure',
      '--pod-cidr',
      '10.245.0.0/16',
      '--node-bits',
      '8',
      '--host-cidr',
      '10.10.0.0/16',
    );
    t.is(configured.code, 1);
    t.regex(
      configured.err,
      /the cluster is decided upon at its ledger, localhost:\d+\n.*evio-ledger configure --cluster evio/,
    );
    for (const what of [['revoke'], ['attest', '--destroyed']]) {
      const refused = await node.evioctl(...what, 'node-1', '--reason', 'it was stolen');
      t.is(refused.code, 1);
      t.regex(
        refused.err,
        new RegExp(
          `decided upon at its ledger, localhost:\\d+\n.*operator.*evioctl --ledger esdb:.* ${what[0]}`,
        ),
      );
    }
  },
);

test.serial('a node that presents another node’s credential is refused in words', async (t) => {
  const { scene, credentialOf, ledger } = await makeLedgered(t);
  const { node } = scene;
  await node.startAgent('--ledger', await credentialOf('node-2'));
  const said = await eventually('it is refused', async () => {
    const { words } = (await node.status()).ledger ?? {};
    return words?.includes('may not') ? words : undefined;
  });
  t.regex(
    said,
    /node-2 \(node\) may not read host-evio:node-1:\S+: a node's credential appends to the host streams of node-2/,
  );
  t.regex(await node.agentLog(), /evioctl credential issue NAME --role node/);
  const revoked = await ledger.credential('revoke', 'node-2');
  t.is(revoked.code, 0, revoked.err);
});

test.serial(
  'a new life of a known node is refused over the wire: config-gen says why and ends; an old refusal keeps it from nothing',
  async (t) => {
    const { scene, ledger, credentialOf } = await makeLedgered(t);
    const { node } = scene;
    const address = await credentialOf('node-1');
    await writeFile(
      join(node.dir, 'net-conf.json'),
      '{"podCidr":"10.244.0.0/16","nodeBits":8,"hostCidr":"10.10.0.0/16"}',
    );
    await node.startAgent('--ledger', address);
    const configGen = () => node.configGen('--ledger', address, '--wait', '120');
    const joined = await configGen();
    t.is(joined.code, 0, joined.err);
    await shipped(scene);

    await node.stopAgent();
    for (const name of await readdir(join(node.dir, 'state')))
      await rm(join(node.dir, 'state', name), { recursive: true });
    await node.startAgent('--ledger', address);
    for (const time of ['the first time', 'again, with the same words and no new event']) {
      const generated = await configGen();
      t.is(generated.code, 1, time);
      t.regex(generated.err, /node node-1 is joined as incarnation \S+, not as /, time);
      t.regex(generated.err, /evioctl attest node-1 --destroyed/, time);
      const isOld = /that was said of an earlier request, .* whether the ledger's allocator runs/;
      t.is(isOld.test(generated.err), time !== 'the first time');
    }
    const decided = streamIn(join(ledger.folder, 'ledger.db'), 'cluster-evio');
    t.is(decided.filter(({ payload }) => payload.includes('"failure":"node-known"')).length, 1);
    t.regex((await node.evioctl('status')).out, /refused: node node-1 is joined as incarnation /);
    t.regex(await node.agentLog(), /"message":"a request of this node was refused: node node-1 is joined/);

    const attested = await runToEnd([
      ...['ip', 'netns', 'exec', node.netns.name, process.execPath],
      ...[resolve(import.meta.dirname, '../../../services/evioctl/main.ts'), 'attest', 'node-1'],
      ...['--destroyed', '--reason', 'the disk is lost'],
      ...['--ledger', ledger.url('admin', ledger.adminPassword)],
    ]);
    t.is(attested.code, 0, attested.err);
    const again = await configGen();
    t.is(again.code, 0, again.err);
    t.regex(again.err, /this node holds 10\.244\.0\.0\/24/);
    t.is((await node.status()).refused, undefined);
  },
);
