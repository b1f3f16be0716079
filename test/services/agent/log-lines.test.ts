import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Line, linesOf } from '../../support/agent-lines.ts';
import { eventually } from '../../support/node.ts';
import { callFor, makeScene, type Scene } from '../../support/scene.ts';

/** The line with this message about this container, when it is there. */
const lineOf = (scene: Scene, containerId: string, message: string): Promise<Line> =>
  eventually(`the agent says "${message}"`, async () =>
    (await linesOf(scene.node)).find(
      (line) => line.message === message && line['containerId'] === containerId,
    ),
  );

test.serial('every line about an attachment names it, its events and its request', async (t) => {
  const scene = await makeScene(t);
  const { node, makePods, add, del, log, ports, cni } = scene;
  const [kept, gone, forgotten, refused] = await makePods(4);
  if (!kept || !gone || !forgotten || !refused) throw new Error('there are no pods');
  const eventsOf = async (type: string, { name }: { readonly name: string }) =>
    (await log()).filter(
      (event) =>
        event.type === type && (event.payload as { readonly containerId: string }).containerId === name,
    );

  await add(kept, { args: 'K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0' });
  const added = await lineOf(scene, kept.name, 'added');
  const [podAdded] = await eventsOf('PodAdded', kept);
  t.like(added, {
    level: 'info',
    network: 'evio',
    ifname: 'eth0',
    event: podAdded?.id,
    port: (await ports())[0],
    requestId: podAdded?.metadata.$correlationId,
  });
  t.true(Number(added['ms']) >= Number(added['reserveMs']) + Number(added['wireMs']));

  t.false((await node.agentLog()).includes('web-0'), 'a name that is redacted must not live on in a journal');

  await add(gone);
  await del(gone);
  const deleted = await lineOf(scene, gone.name, 'deleted');
  const [podDeleted] = await eventsOf('PodDeleted', gone);
  t.like(deleted, { event: podDeleted?.id, requestId: podDeleted?.metadata.$correlationId });
  t.true(Number(deleted['ms']) > 0);
  await del(gone);
  const again = await eventually('the second DEL is told of', async () => {
    const [, second] = (await linesOf(scene.node)).filter(
      ({ message, containerId }) => message === 'deleted' && containerId === gone.name,
    );
    return second;
  });
  t.false('event' in again, 'what was not there has no event');

  t.is((await cni('ADD', refused, { config: { mtu: 9000 } })).code, 1);
  t.like(await lineOf(scene, refused.name, 'an ADD was refused'), {
    level: 'warn',
    failure: { type: 'wrong-mtu' },
  });

  await node.ovs.vsctl('del-port', 'evio0', (await ports())[0] ?? '');
  await lineOf(scene, kept.name, 'the port was put back');

  await add(forgotten);
  const valid = [{ containerID: kept.name, ifname: 'eth0' }];
  const gc = { cniVersion: '1.1.0', config: { 'cni.dev/valid-attachments': valid } };
  t.is((await node.cni('GC', gc)).code, 0);
  const [collected] = await eventsOf('PodDeleted', forgotten);
  t.like(await lineOf(scene, forgotten.name, 'deleted, for the runtime forgot it'), { event: collected?.id });

  await node.stopAgent('SIGKILL');
  await writeFile(join(node.queue, `evio%${refused.name}%eth0`), 'no JSON');
  await del(kept);
  await node.startAgent();
  const queued = await lineOf(scene, kept.name, 'deleted, as was queued');
  t.like(queued, { event: (await eventsOf('PodDeleted', kept))[0]?.id });

  for (const pod of [kept, gone, forgotten, refused])
    for (const line of await linesOf(scene.node))
      if (JSON.stringify(line).includes(pod.name) && !('file' in line))
        t.like(line, { network: 'evio', containerId: pod.name, ifname: 'eth0' }, line.message);
});

test.serial('an ADD that the agent did not live to answer is told of by its successor', async (t) => {
  const scene = await makeScene(t);
  const { node, makePod, pods } = scene;
  const pod = await makePod();
  await node.ovs.killSwitchd();
  const adding = node.startCni('ADD', callFor(pod));
  await eventually('its addresses are reserved', async () => ((await pods()).length > 0 ? true : undefined));
  await node.stopAgent('SIGKILL');
  adding.signal('SIGTERM');
  await node.startAgent();
  const [podAdded] = await scene.log().then((log) => log.filter(({ type }) => type === 'PodAdded'));
  t.like(await lineOf(scene, pod.name, 'an ADD that was never answered was undone'), { event: podAdded?.id });
  await adding.ended;
});
