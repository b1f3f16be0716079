import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { protocol } from '../../../domain/cni/request.ts';
import { eventually } from '../../support/node.ts';
import { newNetwork, sharedIpamNode } from './beside-host-local.ts';

const scene = sharedIpamNode(test, 'ipam-unheard');

test.serial('addresses whose ADD nobody waits for any more are released, in log and files', async (t) => {
  const { node, files, ipam } = scene();
  const network = newNetwork();
  const pool = { ipam: ipam('evio-ipam', { subnet: '10.1.2.0/29' }) };
  const attachment = { network, containerId: 'a', ifname: 'eth0' };
  const asked = {
    protocol,
    requestId: randomUUID(),
    attempt: 1,
    ...attachment,
    pool,
    requestedAddresses: [],
  };
  const body = JSON.stringify(asked);
  const socket = connect(node.socket);
  socket.end(
    `POST /v1/ipam/add HTTP/1.1\r\nhost: agent\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes;
  });
  await once(socket, 'close');
  t.is(heard, '');
  const told = () =>
    eventually('it is undone', async () => {
      const { out } = await node.evioctl('log', '--from', '0', '--limit', '1000', '--ndjson');
      const all = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
      const own = all.filter(({ payload }) => payload.network === network && payload.containerId === 'a');
      return own.length > 1 ? own.map(({ type, payload }) => [type, payload.reason]) : undefined;
    });
  t.deepEqual(await told(), [
    ['AddressesAllocated', undefined],
    ['AddressesReleased', 'unheard'],
  ]);
  t.deepEqual(Object.keys(await files('evio-ipam', network)), ['last_reserved_ip.0']);
});
