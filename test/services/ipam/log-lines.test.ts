import test from 'ava';
import { answerOf, type IpamCall } from '../../support/ipam.ts';
import { eventually } from '../../support/node.ts';
import { scrape } from '../../support/samples.ts';
import { sharedIpamNode } from './beside-host-local.ts';

const scene = sharedIpamNode(test, 'ipam-lines');

const play = async (command: string, containerId: string, more: Partial<IpamCall> = {}) =>
  answerOf(
    await scene().call('evio-ipam', command, 'lan', { subnet: '10.1.2.0/29' }, { containerId, ...more }),
  );

type Line = Readonly<Record<string, unknown>>;

const linesOf = async (): Promise<ReadonlyArray<Line>> =>
  (await scene().node.agentLog()).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));

const lineOf = (message: string): Promise<Line> =>
  eventually(`the agent says "${message}"`, async () =>
    (await linesOf()).find((line) => line['message'] === message),
  );

const eventOf = async (type: string, containerId: string) => {
  const { out } = await scene().node.evioctl('log', '--from', '0', '--limit', '1000', '--ndjson');
  return out
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    .find((event) => event.type === type && event.payload.containerId === containerId);
};

test.serial(
  'each line about what evio-ipam gave names its attachment, its event and its request',
  async (t) => {
    const { node } = scene();
    for (const id of ['a', 'b']) t.is((await play('ADD', id)).code, 0);
    t.is((await play('ADD', 'a')).code, 1);
    t.is((await play('DEL', 'a')).code, 0);
    await node.stopAgent();
    t.is((await play('DEL', 'b')).code, 0);
    await node.startAgent();

    for (const [message, type, containerId] of [
      ['addresses allocated', 'AddressesAllocated', 'a'],
      ['addresses released', 'AddressesReleased', 'a'],
      ['addresses released, as was queued', 'AddressesReleased', 'b'],
    ] as const) {
      const event = await eventOf(type, containerId);
      const requestId = event?.metadata.$correlationId;
      t.like(
        await lineOf(message),
        { network: 'lan', containerId, ifname: 'eth0', event: event?.id, requestId },
        message,
      );
    }
    const refused = await lineOf('an ADD of evio-ipam was refused');
    t.like(refused, { containerId: 'a', failure: { type: 'pool-duplicate' } });
    for (const line of [refused, await lineOf('addresses allocated'), await lineOf('addresses released')])
      t.true(Number(line['ms']) > 0 && typeof line['requestId'] === 'string', String(line['message']));
    t.deepEqual(
      (await linesOf()).filter((line) => 'attachment' in line),
      [],
    );
  },
);

test.serial('the parts of an ADD that succeeded are timed, one behind the other', async (t) => {
  const { node } = scene();
  const countOf = async (phase: string): Promise<number> =>
    (await scrape(node))[`evio_phase_duration_seconds_count{verb="IPAM ADD",phase="${phase}"}`] ?? 0;
  const before = await countOf('write');
  t.is((await play('ADD', 'timed')).code, 0);
  t.not((await play('ADD', 'timed')).code, 0);
  for (const phase of ['turn', 'look', 'record', 'write'])
    await eventually(`${phase} is told`, async () => ((await countOf(phase)) > before ? true : undefined));
  t.is(await countOf('write'), before + 1);
});
