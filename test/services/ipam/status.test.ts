import test from 'ava';
import { answerOf } from '../../support/ipam.ts';
import { sharedIpamNode } from './beside-host-local.ts';

const scene = sharedIpamNode(test, 'ipam-status');

const status = async () =>
  answerOf(
    await scene().call(
      'evio-ipam',
      'STATUS',
      'lan',
      { subnet: '10.1.2.0/29' },
      { containerId: '', cniVersion: '1.1.0' },
    ),
  );

test.serial('STATUS is good, and says when the log has used up its budget', async (t) => {
  t.deepEqual(await status(), { code: 0 });
  const { node } = scene();
  await node.stopAgent();
  await node.startAgent('--disk-budget', '1MiB');
  const { code, error } = await status();
  t.is(code, 1);
  t.is(error?.code, 50);
  t.regex(error?.msg ?? '', /^disk budget: .* of 1 MiB budget; evioctl archive --out DIR --drop/);
});
