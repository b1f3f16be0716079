import test from 'ava';
import { either as E } from 'fp-ts';
import { makeSpareNumbers } from '../../../adapters/ovs/spare-number.ts';
import { run } from '../../support/run.ts';
import { makeSwitch } from '../../support/switch.ts';

const holding = (...ofports: ReadonlyArray<number | undefined>) => ({
  interfaces: () =>
    ofports.map((ofport) => ({
      uuid: `of-${ofport}`,
      name: `v${ofport}`,
      ofport,
      error: undefined,
      mtuRequest: undefined,
    })),
});

test('numbers rise through the upper half, and begin again behind the last that OpenFlow leaves free', (t) => {
  const spare = makeSpareNumbers();
  const given = Array.from({ length: 0xff00 - 0x8000 }, () => spare(holding()));
  t.is(given[0], 0x8000);
  t.is(given.at(-1), 0xfeff);
  t.is(new Set(given).size, given.length);
  t.is(spare(holding()), 0x8000);
});

test('a number that a port has is passed over', (t) => {
  const spare = makeSpareNumbers();
  t.is(spare(holding(1, undefined, 0x8000, 0x8001)), 0x8002);
  t.is(spare(holding(0x8000, 0x8001, 0x8003)), 0x8004);
});

test('a port has the number that it asks for, and another one where somebody has that', async (t) => {
  const { host, ovs, opened } = await makeSwitch(t);
  for (const name of ['vm0', 'v1'])
    await run('ip', '-n', host.name, 'link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}p`);
  await ovs.vsctl('add-br', 'evio0', '--', 'set', 'bridge', 'evio0', 'datapath_type=netdev');
  await ovs.vsctl('add-port', 'evio0', 'vm0', '--', 'set', 'interface', 'vm0', 'ofport_request=32768');
  t.deepEqual(await opened.spareNumber()(), E.right(32_769));
  t.deepEqual(await opened.spareNumber()(), E.right(32_770));

  const port = { bridge: 'evio0', name: 'v1', protected: true, guarded: false, externalIds: {} };
  t.like(await opened.addPort({ ...port, number: 32_769 }, 5_000)(), { right: { ofport: 32_769 } });
  const other = await opened.addPort({ ...port, number: 32_768 }, 5_000)();
  t.true(E.isRight(other) && other.right.ofport !== 32_768);
  t.is((await ovs.vsctl('get', 'interface', 'vm0', 'ofport')).trim(), '32768');
});
