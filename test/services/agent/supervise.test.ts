import { join as path } from 'node:path';
import test from 'ava';
import { listenForDatagrams } from '../../support/datagrams.ts';
import { join, makeBareScene } from '../../support/scene.ts';

test.serial(
  'systemd hears that the agent starts, is ready, how it fares, that it lives and that it stops',
  async (t) => {
    const scene = await makeBareScene(t);
    const { node, add, makePod } = scene;
    const socket = path(node.dir, 'notify');
    const heard = listenForDatagrams(socket);
    t.teardown(heard.close);
    node.startBy('env', `NOTIFY_SOCKET=${socket}`, 'WATCHDOG_USEC=400000');
    await node.startAgent();
    const [starting, ready] = await heard.until('READY');
    t.deepEqual(starting, { STATUS: 'starting' });
    t.deepEqual(ready, {
      READY: '1',
      MAINPID: String(node.agentPid()),
      STATUS: 'not ready, 0 attachments: this node has no subnet yet',
    });

    await join(scene);
    await heard.until('STATUS', 'serving, 0 attachments');
    await add(await makePod());
    await heard.until('STATUS', 'serving, 1 attachments');
    for (let beat = 0; beat < 3; beat += 1) t.like((await heard.until('WATCHDOG')).at(-1), { WATCHDOG: '1' });

    t.is(await node.stopAgent('SIGTERM'), 0);
    t.deepEqual((await heard.until('STOPPING')).at(-1), {
      STOPPING: '1',
      STATUS: 'finishing what is under way',
    });
  },
);

test.serial('systemd hears why an agent does not start', async (t) => {
  const { node } = await makeBareScene(t);
  const socket = path(node.dir, 'notify');
  const heard = listenForDatagrams(socket);
  t.teardown(heard.close);
  await node.startAgent();
  node.startBy('env', `NOTIFY_SOCKET=${socket}`);
  t.is((await node.runAgent()).code, 1);
  const [told] = await heard.until('STATUS');
  t.regex(told?.['STATUS'] ?? '', /another agent answers on .*: one agent per machine/);
});
