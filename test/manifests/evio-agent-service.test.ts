import { readFile } from 'node:fs/promises';
import test from 'ava';
import {
  assertSound,
  eventuallyReaches,
  join as joinCluster,
  makeBareScene,
  resultOf,
} from '../support/scene.ts';
import { readUnit } from './unit.ts';

const { settings, verified, flagsOf } = await readUnit('evio-agent.service');

test('systemd finds nothing wrong with the unit, where the project is installed', async (t) => {
  t.is(await verified(t), '');
});

test('the unit starts the program with the flags of its first line', async (t) => {
  const flags = await flagsOf('services/agent/main.ts');
  t.is(
    settings.get('ExecStart'),
    `/opt/evio/node_modules/.bin/node ${flags} /opt/evio/dist/services/agent/main.js`,
  );
});

/** Settings that give a unit a mount namespace of its own: systemd.exec(5). */
const mountNamespaces =
  /^(Protect(System|Home|Proc|KernelTunables|KernelModules|KernelLogs|ControlGroups|Hostname)|Private(Tmp|Devices|Mounts|Network|Users)|(ReadOnly|ReadWrite|Inaccessible|Exec|NoExec)Paths|Temporary.*|Bind.*Paths|Root(Directory|Image)|Dynamic.*|ProcSubset|MountFlags|MountAPIVFS|RestrictNamespaces)$/;

test('nothing in the unit hides network namespaces that come later', (t) => {
  t.deepEqual(
    [...settings.keys()].filter((key) => mountNamespaces.test(key)),
    [],
  );
});

test.serial(
  'with the rights that the unit leaves it, and no other, the agent does all of its work',
  async (t) => {
    const scene = await makeBareScene(t);
    const { node, makePod, add, del, cni } = scene;
    const rights = (settings.get('CapabilityBoundingSet') ?? '')
      .toLowerCase()
      .replaceAll('cap_', '+')
      .split(' ');
    node.startBy('setpriv', '--no-new-privs', '--bounding-set', ['-all', ...rights].join(','));
    await node.startAgent();
    await joinCluster(scene);
    const status = await readFile(`/proc/${node.agentPid()}/status`, 'utf8');
    t.is((/^CapEff:\t(\w+)$/m.exec(status)?.[1] ?? '').replace(/^0+/, ''), '281806');

    const [one, other] = [await makePod(), await makePod()];
    const prevResult = resultOf(await cni('ADD', one));
    await add(other);
    await eventuallyReaches(one, '10.244.0.1');
    t.is((await cni('STATUS', one, { cniVersion: '1.1.0' })).code, 0);
    t.is((await cni('CHECK', one, { config: { prevResult } })).code, 0);
    // What changes in pods is heard, by a socket of these groups and no others (`hearing.ts`).
    const hearing = (await node.netns.exec('cat', '/proc/net/netlink')).match(/ 00000551 /g);
    t.is(hearing?.length, 1);
    await assertSound(t, scene);
    await del(one);
    await del(other);
    await assertSound(t, scene);
  },
);
