import test from 'ava';
import { ask, begin, files, folder, goOn, held, requestIds, withFolders } from './ipam-world.ts';

test('while a file of host-local’s cannot be read nobody is told that its holder has nothing', async (t) => {
  let broken = false;
  const world = await begin({
    ports: withFolders((there, failed) => ({
      read: (name) => (broken && name === '10.1.2.3' ? failed(name, 'input/output error') : there.read(name)),
    })),
  });
  world.folders.get(folder)?.files.set('10.1.2.3', 'c2\r\neth0');
  broken = true;
  const [gone, again] = [ask(world, 'del', 'c2', requestIds.del), ask(world, 'add', 'c2', requestIds.second)];
  await goOn(world);
  for (const asked of [gone, again])
    t.regex(asked.answer()?.refused ?? '', /10\.1\.2\.3.*input\/output error/);
  t.deepEqual([held(world), '10.1.2.3' in files(world)], [['10.1.2.2'], true]);

  broken = false;
  const now = ask(world, 'del', 'c2', requestIds.del, 1);
  await goOn(world);
  t.is(now.answer()?.refused, undefined);
  t.deepEqual([held(world), '10.1.2.3' in files(world)], [['10.1.2.2'], false]);
});
