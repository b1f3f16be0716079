import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { hashedMachineId } from '../../../adapters/system/machine-id.ts';
import { makeBareScene, type Scene } from '../../support/scene.ts';

const netConf = { podCidr: '10.244.0.0/16', nodeBits: 8, hostCidr: '10.10.0.0/16' };

const bare = async (t: ExecutionContext): Promise<Scene> => {
  const scene = await makeBareScene(t);
  await writeFile(join(scene.node.dir, 'net-conf.json'), JSON.stringify(netConf));
  return scene;
};

test.serial('a re-imaged node says so when it asks, and what it knows of its machine', async (t) => {
  const scene = await bare(t);
  const uid = '7d2f6f0c-5f0e-4b39-9d0a-2f3b0c5d7e11';
  const asked = await scene.node.configGen('--replace', '--node-uid', uid, '--wait', '20');
  t.is(asked.code, 0, asked.err);
  const machine = await hashedMachineId();
  await scene.node.startAgent();
  const log = await scene.log();
  const hints = { ...(machine && { machine }), kubernetesNode: uid };
  t.like(log.find(({ type }) => type === 'JoinRequested')?.payload, { replace: true, hints });
  t.like(log.find(({ type }) => type === 'NodeJoined')?.payload, { hints });
  const wrong = await scene.node.configGen('--node-uid', 'no uid');
  t.is(wrong.code, 2);
  t.regex(wrong.err, /a UID as Kubernetes gives it/);
});

test.serial(
  'an agent that is told so has every request to join say that the node was re-imaged',
  async (t) => {
    const scene = await bare(t);
    await scene.node.startAgent('--replace');
    const asked = await scene.node.configGen('--wait', '20');
    t.is(asked.code, 0, asked.err);
    const requests = (await scene.log()).filter(({ type }) => type === 'JoinRequested');
    t.true(requests.length > 0);
    for (const { payload } of requests) t.like(payload, { replace: true });
  },
);
