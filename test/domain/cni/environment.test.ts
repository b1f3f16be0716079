import test from 'ava';
import { either as E } from 'fp-ts';
import { checkNames, readCall } from '../../../domain/cni/environment.ts';

const all = {
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: '/run/netns/pod',
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
};

test('ADD names all missing variables at once', (t) => {
  const call = readCall({ CNI_COMMAND: 'ADD' });
  t.true(E.isLeft(call));
  if (E.isRight(call)) return;
  t.is(call.left.code, 4);
  t.is(call.left.msg, 'required env variables [CNI_CONTAINERID,CNI_NETNS,CNI_IFNAME,CNI_PATH] missing');
});

test('a variable that is empty is missing', (t) => {
  const call = readCall({ ...all, CNI_COMMAND: 'CHECK', CNI_NETNS: '' });
  t.like(call, { left: { code: 4, msg: 'required env variables [CNI_NETNS] missing' } });
});

test('DEL needs no network namespace', (t) => {
  t.deepEqual(
    readCall({ ...all, CNI_COMMAND: 'DEL', CNI_NETNS: '' }),
    E.right({ verb: 'DEL', containerId: 'c1', ifname: 'eth0', netns: undefined }),
  );
});

test('STATUS and GC need CNI_PATH alone, whatever empty variables come with them', (t) => {
  const environment = { CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '', CNI_PATH: '/opt/cni/bin' };
  for (const verb of ['STATUS', 'GC'] as const) {
    t.deepEqual(readCall({ ...environment, CNI_COMMAND: verb }), E.right({ verb }));
    t.like(readCall({ CNI_COMMAND: verb }), { left: { code: 4 } });
  }
});

test('VERSION needs nothing', (t) => {
  t.deepEqual(readCall({ CNI_COMMAND: 'VERSION' }), E.right({ verb: 'VERSION' }));
});

test('an unknown verb is code 4 and named', (t) => {
  t.like(readCall({ ...all, CNI_COMMAND: 'UPDATE' }), {
    left: { code: 4, msg: 'unknown CNI_COMMAND: UPDATE' },
  });
});

const named = (variables: Partial<typeof all>) => {
  const call = readCall({ ...all, ...variables, CNI_COMMAND: 'ADD' });
  return E.isLeft(call) ? call : checkNames(call.right);
};

for (const ifname of ['eth0', 'a', 'exactly15bytes_', 'net.1', 'ünï']) {
  test(`an interface may be called "${ifname}"`, (t) => {
    t.true(E.isRight(named({ CNI_IFNAME: ifname })));
  });
}

for (const ifname of ['sixteen_bytes_ok', '.', '..', 'a/b', 'a:b', 'a b', 'a\tb', 'eight_ümläut_ß']) {
  test(`an interface may not be called ${JSON.stringify(ifname)}`, (t) => {
    const refused = named({ CNI_IFNAME: ifname });
    t.like(refused, { left: { code: 4 } });
    if (E.isLeft(refused)) t.is(refused.left.msg, `invalid CNI_IFNAME ${JSON.stringify(ifname)}`);
  });
}

for (const containerId of ['-c1', '.c1', 'c 1', 'c/1', 'c\n']) {
  test(`a container id may not be ${JSON.stringify(containerId)}`, (t) => {
    t.like(named({ CNI_CONTAINERID: containerId }), { left: { code: 4 } });
  });
}
