import test from 'ava';
import { either as E } from 'fp-ts';
import { readArguments } from '../../../domain/cni/arguments.ts';

test('what Kubernetes passes names the pod', (t) => {
  t.deepEqual(
    readArguments(
      'IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=web-0;K8S_POD_INFRA_CONTAINER_ID=abc;K8S_POD_UID=u-1',
    ),
    E.right({ ip: undefined, mac: undefined, pod: { namespace: 'shop', name: 'web-0', uid: 'u-1' } }),
  );
});

test('no arguments ask for nothing', (t) => {
  t.deepEqual(readArguments(''), E.right({ ip: undefined, mac: undefined, pod: undefined }));
});

test('a pod without a namespace is no pod', (t) => {
  t.deepEqual(
    readArguments('K8S_POD_NAME=web-0'),
    E.right({ ip: undefined, mac: undefined, pod: undefined }),
  );
});

test('IP is read, and its value may hold "="', (t) => {
  t.deepEqual(
    readArguments('IP=10.244.0.9/24'),
    E.right({ ip: '10.244.0.9/24', mac: undefined, pod: undefined }),
  );
  t.deepEqual(readArguments('IP=a=b'), E.right({ ip: 'a=b', mac: undefined, pod: undefined }));
});

test('an unknown key is refused by name', (t) => {
  const refused = readArguments('GATEWAY=10.0.0.1;COLOUR=red');
  t.like(refused, { left: { code: 4 } });
  if (E.isLeft(refused)) t.regex(refused.left.details, /^GATEWAY, COLOUR is not known here/);
});

for (const yes of ['1', 'true', 'True', 't']) {
  test(`an unknown key is ignored with IgnoreUnknown=${yes}`, (t) => {
    t.deepEqual(
      readArguments(`COLOUR=red;IgnoreUnknown=${yes}`),
      E.right({ ip: undefined, mac: undefined, pod: undefined }),
    );
  });
}

test('an unknown key is refused with IgnoreUnknown=0', (t) => {
  t.like(readArguments('COLOUR=red;IgnoreUnknown=0'), { left: { code: 4 } });
});

for (const text of ['IP', '=10.0.0.1', 'K8S_POD_NAME=x;junk']) {
  test(`"${text}" is refused: not all of it is pairs`, (t) => {
    t.like(readArguments(text), { left: { code: 4, msg: `invalid CNI_ARGS "${text}"` } });
  });
}

test('MAC is read, in any spelling', (t) => {
  t.deepEqual(
    readArguments('MAC=C2-B0-57-49-47-F1'),
    E.right({ ip: undefined, mac: 'c2:b0:57:49:47:f1', pod: undefined }),
  );
  t.deepEqual(readArguments('MAC='), E.right({ ip: undefined, mac: undefined, pod: undefined }));
});

test('a MAC that no interface may have is refused', (t) => {
  const refused = readArguments('MAC=ff:ff:ff:ff:ff:ff');
  t.like(refused, { left: { code: 4, msg: 'invalid CNI_ARGS "MAC=ff:ff:ff:ff:ff:ff"' } });
  if (E.isLeft(refused)) t.regex(refused.left.details, /write MAC=02/);
});
