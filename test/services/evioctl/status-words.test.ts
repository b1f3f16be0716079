import test from 'ava';
import { cluster } from '../../../domain/cluster/decider.ts';
import { leasedElsewhere } from '../../../domain/cluster/queries.ts';
import { fold } from '../../../domain/decider.ts';
import type { Status } from '../../../services/agent/status.ts';
import { statusWords } from '../../../services/evioctl/status.ts';
import { cidr, configured, joined, leased, node } from '../../support/cluster.ts';

const status: Status = {
  ...{
    cluster: 'evio',
    node: 'n1',
    incarnation: 'life',
    hostStream: 'host-evio:n1:life',
    era: 1,
    revision: 9,
  },
  ...{ clusterRevision: 7, configured: true, bridge: 'evio0', mtu: 1410, antiSpoofing: true, ready: true },
  ...{ reasons: [], joinRequested: true, leaving: false, attached: 2, reserved: 0, linkless: 0, pools: [] },
  lease: { subnets: ['10.244.0.0/24'], hostAddress: '10.10.0.1' },
};
const lineOf = (of: Status, title: string) =>
  statusWords(of)
    .split('\n')
    .find((line) => line.startsWith(title));

test('a lease with a TTL is told with what is left of it, unless it is taken back', (t) => {
  const words = (servedSeconds: number | undefined, more: Partial<Status> = {}) =>
    lineOf(
      {
        ...status,
        lease: {
          ...{ subnets: [], hostAddress: '10.10.0.1', ttlSeconds: 3600 },
          ...(servedSeconds === undefined ? {} : { servedSeconds }),
        },
        ...more,
      },
      'lease TTL',
    );
  t.is(lineOf(status, 'lease TTL'), undefined);
  t.is(words(1200), 'lease TTL     3600 s: served for 1200 s more without the ledger');
  t.is(words(0), 'lease TTL     3600 s: not served until the ledger confirms it');
  t.is(words(0, { fence: 'moved' }), 'lease TTL     3600 s');
  t.is(words(undefined), 'lease TTL     3600 s', 'the node allocates itself');
});

test('what is another node’s while pods here use it is named', (t) => {
  const state = fold(cluster, [
    configured(),
    joined('n1', '10.10.0.1'),
    joined('n2', '10.10.0.2'),
    leased('n2', '10.244.0.0/24'),
    leased('n1', '10.244.1.0/24'),
  ]);
  const used = ['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24'].map(cidr);
  const elsewhere = leasedElsewhere(state, node('n1'), used);
  t.deepEqual(elsewhere, [{ subnet: cidr('10.244.0.0/24'), holder: 'n2' }]);
  t.is(
    lineOf({ ...status, fence: 'expired', elsewhere }, 'fence'),
    'fence         expired; 2 attachments hold the lease still; 10.244.0.0/24 is leased to n2 now: addresses of it may be held twice',
  );
});

test('what operators put on record is told once, also where the fence has ended with the lease', (t) => {
  const { lease: _, ...without } = status;
  const fence = (more: Partial<Status>) => lineOf({ ...without, ...more }, 'fence');
  const destroyed = { type: 'destroyed', reason: 'burnt' } as const;
  const revoked = { type: 'revoked', reason: 'moved' } as const;
  const end = '; 2 attachments hold the lease still';
  const life = 'an operator says that this life is destroyed: burnt';
  t.is(fence({}), 'fence         none');
  t.is(fence({ operatorsWord: destroyed }), `fence         none; ${life}`);
  t.is(fence({ operatorsWord: revoked }), 'fence         none; the lease was revoked and given back: moved');
  t.is(
    lineOf({ ...status, operatorsWord: revoked }, 'fence'),
    'fence         none; the lease was revoked: moved',
    'the node has not recorded it yet',
  );
  t.is(fence({ fence: 'moved', operatorsWord: revoked }), `fence         moved${end}`);
  t.is(fence({ fence: 'moved', operatorsWord: destroyed }), `fence         moved${end}; ${life}`);
  t.is(fence({ fence: 'burnt', operatorsWord: destroyed }), `fence         burnt${end}; ${life}`);
  const told = 'an operator says that this life of n1 is destroyed: burnt';
  t.is(fence({ fence: told, operatorsWord: destroyed }), `fence         ${told}${end}`);
  t.is(
    fence({ fence: 'removed by its owner', operatorsWord: revoked }),
    `fence         removed by its owner${end}; the lease was revoked and given back: moved`,
  );
});
