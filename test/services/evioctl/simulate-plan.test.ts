import { join } from 'node:path';
import test from 'ava';
import { openAt } from '../../adapters/sqlite/scratch.ts';
import { generatedAppends } from '../../support/logged.ts';
import { must } from '../../support/must.ts';
import { evioctl, scratch } from './verify-scene.ts';

const spec = 'nodes=6,events=1500,seed=2';
const narrow = ['simulate-plan', '--pod-cidr', '10.244.0.0/24', '--node-bits', '2'];

test('a log and the specification that it was made by give the same report', async (t) => {
  const log = join(scratch(t), 'ledger.db');
  const store = openAt(log);
  for (const append of generatedAppends(spec))
    must(await store.append({ ...append, durability: 'written' })());
  await store.close();
  const ofLog = await evioctl('--json', '--log', log, ...narrow);
  const generated = await evioctl('--json', ...narrow, '--generate', spec);
  t.is(ofLog.code, 0, ofLog.err);
  const [one, other] = [JSON.parse(ofLog.out), JSON.parse(generated.out)];
  // The store stamped the log with its own clock, the generator with the simulated one.
  for (const key of ['events', 'pods', 'nodes']) t.deepEqual(one[key], other[key], key);
  t.deepEqual(other.nodes, { asked: 5, refused: 1, neverPlaced: 1 });
  t.like(other.firstNodeRefused, { asked: 'a subnet', because: 'no-free-subnet' });
});

test('the words say what ran out first, and how full each node was', async (t) => {
  const { code, out, err } = await evioctl(...narrow, '--generate', spec);
  t.is(code, 0, err);
  t.regex(out, /^nodes {5}5 asked, 1 refused at first, 1 never placed$/m);
  t.regex(out, /^subnets {3}4 of 4 at once at most \(2026-/m);
  t.regex(
    out,
    /^first node refused: 2026-\S+ \(position \d+\), node-\d{4} asked for a subnet: no-free-subnet$/m,
  );
  t.regex(out, /^NODE +PEAK +CAPACITY +USED +PEAK AT +REFUSED$/m);
  t.is(out.split('\n').filter((line) => line.startsWith('node-0')).length, 5);
});

test('what it cannot plan with is refused', async (t) => {
  const bad = await evioctl(
    'simulate-plan',
    '--pod-cidr',
    '10.244.0.1/16',
    '--node-bits',
    '8',
    '--generate',
    spec,
  );
  t.is(bad.code, 1);
  t.regex(bad.err, /podCidr "10\.244\.0\.1\/16" has host bits set: write 10\.244\.0\.0\/16/);
  const unknown = await evioctl(...narrow, '--generate', 'node=1');
  t.deepEqual([unknown.code, unknown.out], [1, '']);
  t.regex(unknown.err, /generate "node=1" is not a setting of a history/);
  t.is((await evioctl('simulate-plan', '--node-bits', '8')).code, 2);
});
