import test from 'ava';
import { ledgerStanding } from '../../../services/agent/ledger-standing.ts';

/** A standing of a life of three events, and the hand of its clock. */
const begin = () => {
  let now = 5_000;
  const standing = ledgerStanding('here', { monotonicMs: () => now }, () => 3);
  const after = (seconds: number) => {
    now += seconds * 1000;
    return standing.status();
  };
  return { standing, after };
};

test('a ledger that was never reached is silent since the start', (t) => {
  const { standing, after } = begin();
  t.is(after(4).silentSeconds, 4);
  standing.waits('refused');
  t.like(after(3), { state: 'waiting', silentSeconds: 7 });
  t.is(after(0).lagEvents, undefined);
});

test('its silence ends when it is followed, and begins anew when that ends, for a while or for good', (t) => {
  const { standing, after } = begin();
  standing.follows();
  standing.shipped(1);
  t.like(after(9), { silentSeconds: 0, lagEvents: 2, lagSeconds: 9 });
  standing.waits('gone');
  t.like(after(2), { silentSeconds: 2, lagSeconds: 11 });
  standing.stops('another history');
  t.like(after(5), { state: 'stopped', silentSeconds: 7 });
  standing.follows();
  standing.shipped(3);
  t.like(after(1), { silentSeconds: 0, lagEvents: 0, lagSeconds: 0 });
  standing.stops('another history');
  t.is(after(5).silentSeconds, 5);
});
