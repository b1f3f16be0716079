import test from 'ava';
import { either as E } from 'fp-ts';
import { decodeConfig, readConfig } from '../../../domain/cni/network-config.ts';
import { originalConf } from '../../support/original.ts';

const decode = (keys: object) => {
  const raw = readConfig(JSON.stringify({ ...originalConf, ...keys }));
  return E.isLeft(raw) ? raw : decodeConfig(raw.right, 'ADD', '0.3.1');
};

test("the original's configuration is read as it is, and its bridge gives way to the agent's", (t) => {
  t.deepEqual(
    decode({}),
    E.right({
      cniVersion: '0.3.1',
      network: 'k8s-pod-network',
      agentSocket: '/run/evio/agent.sock',
      queue: '/var/lib/evio/queue',
      requestedAddresses: { capability: [], args: [] },
      validAttachments: undefined,
    }),
  );
});

for (const [keys, code, words] of [
  [{ bridge: 'br/0' }, 7, /interface name/],
  [{ bridgeType: 'LXBR' }, 2, /Open vSwitch/],
  [{ isIPMasq: false }, 2, /whole node/],
  [{ isGateway: false }, 2, /gateway address/],
  [{ nodeBits: 'many' }, 7, /evioctl configure/],
  [{ bridgeIPv4: '10.244.0.1' }, 7, /follows from the lease/],
  [{ isIPMask: true }, 2, /did you mean "isIPMasq"\?/],
] as const) {
  test(`the original's configuration with ${JSON.stringify(keys)} is refused in words`, (t) => {
    const refused = decode(keys);
    t.like(refused, { left: { code } });
    if (E.isLeft(refused)) t.regex(refused.left.details, words);
  });
}

test("the original's keys are not ours: elsewhere they are refused, with ours", (t) => {
  const refused = decode({ type: 'evio' });
  t.like(refused, { left: { code: 2 } });
  t.regex(E.isLeft(refused) ? refused.left.msg : '', /"bridgeIPv4"/);
});
