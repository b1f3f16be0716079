import test from 'ava';
import {
  add,
  check,
  del,
  type Keys,
  newNetwork,
  play,
  type Step,
  sharedIpamNode,
} from './beside-host-local.ts';

/*
 * Where evio-ipam means to differ from host-local, with what both do.
 */

const scene = sharedIpamNode(test, 'ipam-differs');

const small = { subnet: '10.1.2.0/29' };

const both = async (keys: Keys, ...steps: ReadonlyArray<Step>) => {
  const network = newNetwork();
  return {
    ours: await play(scene(), 'evio-ipam', network, keys, steps),
    peer: await play(scene(), 'host-local', network, keys, steps),
  };
};

test.serial(
  'what is refused moves nothing: neither an address nor where the next one is looked for',
  async (t) => {
    const { ours, peer } = await both(small, add('a', { args: 'IP=10.9.9.9' }), add('b'));
    t.deepEqual(ours.answers[0], peer.answers[0]);
    t.deepEqual(ours.answers[0]?.error, { code: 999, msg: 'failed to allocate all requested IPs: 10.9.9.9' });
    t.deepEqual(Object.keys(ours.files), ['10.1.2.2', 'last_reserved_ip.0']);
    t.deepEqual(Object.keys(peer.files), ['10.1.2.3', 'last_reserved_ip.0']);
  },
);

test.serial('an attachment has its addresses once, also when it asks for others', async (t) => {
  const { ours, peer } = await both(small, add('a'), add('a', { args: 'IP=10.1.2.5' }));
  t.is(peer.answers[1]?.code, 0);
  t.deepEqual(ours.answers[1]?.error, {
    code: 999,
    msg: 'failed to allocate for range 0: 10.1.2.2 has been allocated to a, duplicate allocation is not allowed',
  });
});

test.serial('DEL releases, whatever became of the configuration', async (t) => {
  const broken = { subnet: 'x' };
  const { ours, peer } = await both(small, add('a'), ['DEL', { containerId: 'a' }, broken]);
  t.deepEqual(peer.answers[1]?.error, { code: 999, msg: 'invalid CIDR address: x' });
  t.deepEqual([ours.answers[1], Object.keys(ours.files)], [{ code: 0 }, ['last_reserved_ip.0']]);
  t.true('10.1.2.2' in peer.files);
});

test.serial(
  'a key that nobody knows is refused, where Go passes it by or takes it whatever its case',
  async (t) => {
    const wrong: ReadonlyArray<readonly [Keys, string]> = [
      [{ ...small, rangStart: '10.1.2.5' }, '"ipam.rangStart": "10.1.2.5"'],
      [{ Subnet: '10.1.2.0/29' }, '"ipam.Subnet": "10.1.2.0/29"'],
      [{ ranges: [[{ ...small, gatway: '10.1.2.6' }]] }, '"ipam.ranges[0][0].gatway": "10.1.2.6"'],
    ];
    for (const [keys, named] of wrong) {
      const { ours, peer } = await both(keys, add('a'));
      t.is(peer.answers[0]?.code, 0);
      const msg = `unsupported field in the network configuration: ${named}`;
      t.deepEqual(ours.answers[0]?.error, { code: 2, msg });
      t.deepEqual(ours.files, {});
    }
  },
);

test.serial(
  'a range that begins behind its end is refused, also where the end was not written',
  async (t) => {
    const keys = { subnet: '10.1.2.0/24', rangeStart: '10.1.2.255' };
    const { ours, peer } = await both(keys, add('a'), add('b'));
    t.true('10.1.3.0' in peer.files, 'host-local walks out of the network');
    t.is(
      ours.answers[0]?.error?.msg,
      'invalid range set 0: RangeStart 10.1.2.255 not in network 10.1.2.0/24',
    );
  },
);

test.serial('a value of another kind is named with its key, code 7', async (t) => {
  const wrong: ReadonlyArray<readonly [Keys, string]> = [
    [{ subnet: 5 }, '"ipam.subnet": 5'],
    [{ ranges: [{ ...small }] }, '"ipam.ranges[0]": {"subnet":"10.1.2.0/29"}'],
    [{ ...small, routes: 5 }, '"ipam.routes": 5'],
    [{ ...small, routes: [{ gw: '10.1.2.1' }] }, '"ipam.routes[0].dst": undefined'],
    [{ ...small, dataDir: 'relative' }, '"ipam.dataDir": "relative"'],
  ];
  for (const [keys, named] of wrong) {
    const network = newNetwork();
    const { answers, files } = await play(scene(), 'evio-ipam', network, keys, [add('a')]);
    t.deepEqual(answers[0]?.error, { code: 7, msg: `invalid network configuration: ${named}` });
    t.deepEqual(files, {});
  }
});

test.serial('configurations before 0.3.0 are not spoken, those of 1.1.0 are', async (t) => {
  const { ours, peer } = await both(
    small,
    add('a', { cniVersion: '0.2.0' }),
    add('b', { cniVersion: '1.1.0' }),
    check('b', { cniVersion: '1.1.0' }),
    del('b', { cniVersion: '1.1.0' }),
  );
  t.deepEqual(
    peer.answers.map(({ code }) => code),
    [0, 1, 1, 1],
  );
  t.is(ours.answers[0]?.error?.code, 1);
  t.deepEqual(ours.answers.slice(1), [
    {
      code: 0,
      result: { cniVersion: '1.1.0', ips: [{ address: '10.1.2.2/29', gateway: '10.1.2.1' }], dns: {} },
    },
    { code: 0 },
    { code: 0 },
  ]);
});

test.serial(
  'words of CNI_ARGS that nobody knows are named, code 4; what Kubernetes says of a pod is known',
  async (t) => {
    const kubernetes = 'K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0';
    const { ours, peer } = await both(small, add('a', { args: 'FOO=1' }), add('b', { args: kubernetes }));
    t.deepEqual(
      peer.answers.map(({ error }) => error?.code),
      [999, 999],
    );
    t.is(ours.answers[0]?.error?.code, 4);
    t.is(ours.answers[1]?.code, 0);
  },
);

test.serial('STATUS says whether there is an address left, and GC releases what is not listed', async (t) => {
  const network = newNetwork();
  const at = { cniVersion: '1.1.0' };
  const tiny = { subnet: '10.1.2.0/30' };
  const valid = (...ids: ReadonlyArray<string>) => ({
    'cni.dev/valid-attachments': ids.map((containerID) => ({ containerID, ifname: 'eth0' })),
  });
  const gc = (more: Keys): Step => ['GC', { containerId: '', ...at, more }];
  const { answers, files } = await play(scene(), 'evio-ipam', network, tiny, [
    ['STATUS', { containerId: '', ...at }],
    add('a', at),
    ['STATUS', { containerId: '', ...at }],
    gc({}),
    gc(valid('a')),
    check('a', at),
    gc(valid('b')),
    check('a', at),
    ['STATUS', { containerId: '', ...at }],
  ]);
  t.deepEqual(
    answers.map(({ code, error }) => error?.code ?? code),
    [0, 0, 50, 7, 0, 0, 0, 999, 0],
  );
  t.deepEqual(
    answers[2]?.error?.msg,
    'failed to allocate for range 0: no IP addresses available in range set: 10.1.2.1-10.1.2.2',
  );
  t.deepEqual(Object.keys(files), ['last_reserved_ip.0']);
});
