import test from 'ava';
import { describeViolation } from '../../../domain/cluster/violation.ts';
import { podsOfHostLocal } from '../../../domain/transfer/host-local.ts';
import { ip } from '../../support/events.ts';

const networks = { source: 'k8s-pod-network', own: 'evio' };

/** As libcni 1.1 writes it behind the plugin `bridge`. */
const cached = (containerId: string, more: object = {}) => ({
  name: `k8s-pod-network-${containerId}-eth0`,
  text: JSON.stringify({
    kind: 'cniCacheV1',
    containerId,
    config: '',
    ifName: 'eth0',
    networkName: 'k8s-pod-network',
    netns: `/run/netns/${containerId}`,
    cniArgs: [
      ['IgnoreUnknown', '1'],
      ['K8S_POD_NAMESPACE', 'default'],
      ['K8S_POD_NAME', 'web-0'],
      ['K8S_POD_UID', 'u1'],
    ],
    result: {
      cniVersion: '0.3.1',
      interfaces: [
        { name: 'cni0', mac: '6a:00:00:00:00:01' },
        { name: 'veth1', mac: '6a:00:00:00:00:02' },
        { name: 'eth0', mac: '6A:00:00:00:00:03', sandbox: `/run/netns/${containerId}` },
      ],
    },
    ...more,
  }),
});

const held = (name: string, text: string) => ({ name, text });

test('files and cache together are the pods, with the addresses of both families', (t) => {
  t.deepEqual(
    podsOfHostLocal(
      {
        held: [
          held('10.244.0.2', 'c1\r\neth0'),
          held('10.244.0.3', ' c2\neth0 \n'),
          held('2001:db8::5', 'c1\r\neth0'),
          held('last_reserved_ip.0', '10.244.0.3'),
          held('lock', ''),
        ],
        cached: [
          cached('c1'),
          cached('c2', { cniArgs: null }),
          cached('c3'),
          { name: 'other', text: 'not JSON' },
          { name: 'older', text: '{"cniVersion":"0.3.1"}' },
          cached('c2', { networkName: 'another', netns: '/run/netns/another' }),
        ],
      },
      networks,
    ),
    {
      violations: [],
      pods: [
        {
          network: 'evio',
          containerId: 'c1',
          ifname: 'eth0',
          netns: '/run/netns/c1',
          addresses: [ip('10.244.0.2'), ip('2001:db8::5')],
          mac: '6a:00:00:00:00:03',
          hostIfname: 'veth1',
          pod: { namespace: 'default', name: 'web-0', uid: 'u1' },
        },
        {
          network: 'evio',
          containerId: 'c2',
          ifname: 'eth0',
          netns: '/run/netns/c2',
          addresses: [ip('10.244.0.3')],
          mac: '6a:00:00:00:00:03',
          hostIfname: 'veth1',
        },
      ],
    },
  );
});

test('what the files leave open is told, all of it', (t) => {
  const { pods, violations } = podsOfHostLocal(
    {
      held: [
        held('10.244.0.2', ''),
        held('10.244.0.3', 'c1'),
        held('10.244.0.4', 'c4\r\neth0'),
        held('10.244.0.5', 'c5\r\neth0'),
        held('10.244.0.6', 'c6\r\neth0'),
        held('notes.txt', 'c1\r\neth0'),
      ],
      cached: [cached('c5', { netns: '' }), cached('c6', { result: { ips: [] } })],
    },
    networks,
  );
  t.deepEqual(pods, []);
  const deleteIt = 'delete the file if no pod has this address';
  const orElse = `${deleteIt}; else name the runtime's cache with --cache-dir, or start the pod anew`;
  t.deepEqual(violations.map(describeViolation), [
    `file "10.244.0.2" is empty: host-local was interrupted: ${deleteIt}`,
    `file "10.244.0.3" does not hold a container id and an interface name: ${deleteIt}`,
    `address "10.244.0.4" belongs to c4/eth0: the runtime has no cached result of it: ${orElse}`,
    `address "10.244.0.5" belongs to c5/eth0: its cached result names no network namespace: ${orElse}`,
    `address "10.244.0.6" belongs to c6/eth0: its cached result does not say what eth0 is and which link leads to it: ${orElse}`,
    'file "notes.txt" is not named for an address: move it out of the folder',
  ]);
});
