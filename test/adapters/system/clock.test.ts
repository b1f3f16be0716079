import test from 'ava';
import { clock } from '../../../adapters/system/clock.ts';

test('the time is that of the moment of asking, in UTC with milliseconds, also when it is asked for many times in one', (t) => {
  const begun = Date.now();
  const seen = new Set<number>();
  while (seen.size < 20) {
    const before = Date.now();
    const said = clock.now();
    const ms = Date.parse(said);
    if (ms < before || ms > Date.now()) t.fail(`${said} was said at ${before}`);
    if (new Date(ms).toISOString() !== said) t.fail(said);
    seen.add(ms);
  }
  t.true(Math.min(...seen) >= begun);
});
