import test from 'ava';
import { slots } from '../../../../adapters/esdb-server/grpc/slots.ts';

const never = new AbortController().signal;

test('who finds no slot waits for one in the order of coming, or until he does not want it any more', async (t) => {
  const two = slots(2);
  const [first] = [await two.take(never), await two.take(never)];
  const leaving = new AbortController();
  const got: string[] = [];
  const waits = [
    two.take(leaving.signal).then((give) => got.push(`left ${give}`)),
    two.take(never).then(() => got.push('second')),
    two.take(never).then((give) => {
      got.push('third');
      give?.();
    }),
  ];
  leaving.abort();
  await waits[0];
  t.deepEqual(got, ['left undefined']);
  t.is(await two.take(leaving.signal), undefined);
  first?.();
  await waits[1];
  t.deepEqual(got, ['left undefined', 'second']);
});

test('a slot within others is one of those too, and all come back', async (t) => {
  const all = slots(1);
  const [one, other] = [slots(1, all), slots(1, all)];
  const give = await one.take(never);
  const leaving = new AbortController();
  const waits = other.take(leaving.signal);
  leaving.abort();
  t.is(await waits, undefined);
  give?.();
  t.is(typeof (await other.take(never)), 'function');
});
