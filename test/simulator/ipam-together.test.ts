import test from 'ava';
import type { World } from '../../simulator/world.ts';
import { uuid } from '../support/events.ts';
import {
  type Asked,
  ask,
  begin,
  files,
  goOn,
  held,
  killAt,
  longest,
  released,
  withFolders,
} from './ipam-world.ts';

/* DELs that wait for one folder go together. */

const delsOf = (world: World, ...containers: ReadonlyArray<string>): ReadonlyArray<Asked> =>
  containers.map((name, at) => ask(world, 'del', name, uuid(`${at}3333333-3333-4333-8333-333333333333`)));

const twoMore = async (world: World): Promise<void> => {
  for (const [at, name] of ['c2', 'c3'].entries()) {
    const added = ask(world, 'add', name, uuid(`${at}4444444-4444-4444-8444-444444444444`));
    await goOn(world);
    if (added.answer()?.address === undefined) throw new Error(`${name} has no address`);
  }
};

test('DELs that come together look at the folder once and wait for its disk once', async (t) => {
  let [looks, flushes] = [0, 0];
  const world = await begin({
    ports: withFolders((folder) => ({
      names: () => {
        looks += 1;
        return folder.names();
      },
      flush: () => {
        flushes += 1;
        return folder.flush();
      },
    })),
  });
  await twoMore(world);
  [looks, flushes] = [0, 0];
  const asked = delsOf(world, 'c1', 'c2', 'c3', 'nobody');
  await goOn(world);
  t.true(asked.every((one) => one.answer() !== undefined));
  t.deepEqual(files(world), { 'last_reserved_ip.0': '10.1.2.4' });
  t.deepEqual([held(world), released(world)], [[], ['deleted', 'deleted', 'deleted']]);
  t.deepEqual([looks, flushes], [1, 1]);
});

test('of DELs that come together one whose file cannot be removed is refused alone', async (t) => {
  const world = await begin({
    ports: withFolders((folder, failed) => ({
      remove: (name) => (name === '10.1.2.3' ? failed(name, 'no such right') : folder.remove(name)),
    })),
  });
  await twoMore(world);
  const asked = delsOf(world, 'c1', 'c2', 'c3');
  await goOn(world);
  t.deepEqual(
    asked.map((one) => one.answer()?.refused?.endsWith('no such right') ?? false),
    [false, true, false],
  );
  t.deepEqual(files(world), { '10.1.2.3': 'c2\r\neth0', 'last_reserved_ip.0': '10.1.2.4' });
  t.deepEqual([held(world), released(world)], [['10.1.2.3'], ['deleted', 'deleted']]);
});

test('a folder that cannot be flushed refuses every DEL that waited for it, and the log keeps what it had', async (t) => {
  let broken = false;
  const world = await begin({
    ports: withFolders((folder, failed) => ({
      flush: () => (broken ? failed('', 'input/output error') : folder.flush()),
    })),
  });
  await twoMore(world);
  broken = true;
  const asked = delsOf(world, 'c1', 'c2', 'c3');
  await goOn(world);
  t.true(asked.every((one) => one.answer()?.refused?.endsWith('input/output error')));
  t.deepEqual([held(world), released(world)], [['10.1.2.2', '10.1.2.3', '10.1.2.4'], []]);
});

test('killed at any step of DELs that come together, the agent has all done when it is asked again, once each', async (t) => {
  for (let at = 1; at <= longest; at += 1) {
    const world = await begin();
    await twoMore(world);
    delsOf(world, 'c1', 'c2', 'c3');
    await killAt(world, at);
    delsOf(world, 'c1', 'c2', 'c3');
    await goOn(world);
    t.deepEqual(files(world), { 'last_reserved_ip.0': '10.1.2.4' }, `killed at step ${at}`);
    t.deepEqual([held(world), released(world).length], [[], 3], `killed at step ${at}`);
  }
});
