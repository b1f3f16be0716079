import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { run } from '../support/run.ts';
import { assertSound, eventuallyReaches, join as joinCluster, makeBareScene } from '../support/scene.ts';

const root = resolve(import.meta.dirname, '../..');
const unit = await readFile(join(root, 'manifests/systemd/evio-agent.service'), 'utf8');

const settings = new Map(
  unit.split('\n').flatMap((line) => {
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  }),
);

test('systemd finds nothing wrong with the unit, where the project is installed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'evio-unit-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'evio-agent.service');
  await writeFile(path, unit.replaceAll('/opt/evio', root));
  const said = await run('sh', '-c', `systemd-analyze verify --man=no --recursive-errors=no ${path} 2>&1`);
  t.is(said, '');
});

test('the unit starts the program with the flags of its first line', async (t) => {
  const [first = ''] = (await readFile(join(root, 'services/agent/main.ts'), 'utf8')).split('\n', 1);
  const flags = first.replace(/^.*node /, '');
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
    t.is((/^CapEff:\t(\w+)$/m.exec(status)?.[1] ?? '').replace(/^0+/, ''), '281006');

    const [one, other] = [await makePod(), await makePod()];
    await add(one);
    await add(other);
    await eventuallyReaches(one, '10.244.0.1');
    t.is((await cni('STATUS', one, { cniVersion: '1.1.0' })).code, 0);
    await assertSound(t, scene);
    await del(one);
    await del(other);
    await assertSound(t, scene);
  },
);
