import { join } from 'node:path';
import test from 'ava';
import { joined, leased } from '../../support/cluster.ts';
import { beginning, cluster } from '../../support/told-history.ts';
import { evioctl, scratch, writeLog } from './verify-scene.ts';

test.serial(
  'a host address that the policy did not choose is named where it was given, exit code 4',
  async (t) => {
    const folder = scratch(t);
    const moved = [cluster(joined('node-2', '10.10.0.7')), cluster(leased('node-2', '10.244.1.0/24'))];
    const log = await writeLog(join(folder, 'log.db'), ...beginning, ...moved);
    const { code, err } = await evioctl('--log', log, 'verify');
    t.is(code, 4);
    t.regex(
      err,
      /^error: position 6 \(NodeJoined at revision 3 of cluster-evio, id [0-9a-f-]{36}\): a host address is not the one that the policy chooses \(law host-address-choice\): expected 10\.10\.0\.2, found 10\.10\.0\.7\n/,
    );
    t.like(JSON.parse((await evioctl('--log', log, '--json', 'verify')).out).law, {
      law: 'host-address-choice',
      position: 6,
      revision: 3,
      expected: '10.10.0.2',
      found: '10.10.0.7',
    });
  },
);
