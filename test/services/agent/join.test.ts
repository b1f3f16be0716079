import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { makeLedgered, ownLog, sameCopies, shipped } from '../../support/ledgered-scene.ts';
import { eventually } from '../../support/node.ts';
import { isReady } from '../../support/scene.ts';

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

    const redacted = await node.evioctl('redact', '--pod', 'shop/web-0', '--reason', 'request 4711');
    t.is(redacted.code, 1);
    t.regex(redacted.err, /does not have all events of this node yet.*\n.*redact when evioctl status says/);

    await ledger.restart();
    const { words } = await shipped(scene);
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
