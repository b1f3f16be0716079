import test from 'ava';
import { preparedAlias, preparedKey } from '../../../domain/kernel/prepared-alias.ts';

test('the alias of a prepared pair names its attachment, and is no attachment’s own', (t) => {
  t.is(preparedKey(preparedAlias('evio/c1/eth0')), 'evio/c1/eth0');
  t.is(preparedKey('evio/c1/eth0'), undefined);
  // A network may be called so.
  t.is(preparedKey('prepared/c1/eth0'), undefined);
});
