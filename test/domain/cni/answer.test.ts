import test from 'ava';
import { either as E } from 'fp-ts';
import { decodeAddAnswer, decodeErrorAnswer } from '../../../domain/cni/answer.ts';
import { codes } from '../../../domain/cni/error.ts';

test('an error of the agent is read as it was sent', (t) => {
  const error = {
    code: codes.tryAgainLater,
    msg: 'this node has no subnet yet',
    details: 'configure the cluster',
  };
  t.deepEqual(decodeErrorAnswer({ error }), E.right({ error }));
});

test('a result of the agent is read as it was sent', (t) => {
  const result = {
    interfaces: [{ name: 'eth0', mtu: 1400 }],
    ips: [{ address: '10.244.0.2/32', interface: 0 }],
  };
  t.deepEqual(decodeAddAnswer({ result }), E.right({ result }));
});

test('what is wrong with an answer is said with the way to it', (t) => {
  t.deepEqual(
    decodeErrorAnswer({ error: { code: '11', msg: 'm', details: 'd' } }),
    E.left('"error.code" is "11"'),
  );
  t.deepEqual(decodeErrorAnswer({}), E.left('"error" is missing'));
  t.deepEqual(decodeAddAnswer({ result: { ips: [{}] } }), E.left('"result.ips.address" is missing'));
  t.true(E.isLeft(decodeAddAnswer('nothing')));
});
