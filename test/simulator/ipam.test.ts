import test from 'ava';
import { act } from '../../simulator/act.ts';
import {
  ask,
  begin,
  files,
  folder,
  goOn,
  held,
  killAt,
  live,
  longest,
  released,
  requestIds,
  withFolders,
} from './ipam-world.ts';

/* evio-ipam's agent, killed at every step of an ADD and of a DEL: between log and files lies nothing that a start does not mend. */

test('killed at any step of an ADD, the agent answers it again with the same address, and files and log agree', async (t) => {
  let answered = 0;
  for (let at = 1; at <= longest; at += 1) {
    const world = await begin();
    const asked = ask(world, 'add', 'c2', requestIds.second);
    await killAt(world, at);
    if (asked.answer() !== undefined) answered += 1;
    const again = ask(world, 'add', 'c2', requestIds.second, 1);
    await goOn(world);
    t.is((asked.answer() ?? again.answer())?.address, '10.1.2.3/29', `killed at step ${at}`);
    t.is(again.answer()?.address, '10.1.2.3/29', `killed at step ${at}`);
    t.deepEqual(
      files(world),
      { '10.1.2.2': 'c1\r\neth0', '10.1.2.3': 'c2\r\neth0', 'last_reserved_ip.0': '10.1.2.3' },
      `killed at step ${at}`,
    );
    t.deepEqual(held(world), ['10.1.2.2', '10.1.2.3'], `killed at step ${at}`);
    t.is(world.broken, undefined);
  }
  t.true(answered > 0 && answered < longest, `${answered}: kills before and behind the answer`);
});

test('a DEL is on disk when it is answered', async (t) => {
  const world = await begin();
  const asked = ask(world, 'del', 'c1', requestIds.del);
  for (let steps = 0; asked.answer() === undefined && steps < longest; steps += 1) await goOn(world, 1);
  t.deepEqual([released(world), world.disk.durable()], [['deleted'], world.disk.eventsFrom(0).length - 1]);
});

test('killed at any step of an ADD that nobody asks again for, nothing is held that has no file', async (t) => {
  let undone = 0;
  for (let at = 1; at <= longest; at += 1) {
    const world = await begin();
    ask(world, 'add', 'c2', requestIds.second);
    await goOn(world, at);
    act(world, { type: 'crash', linger: at % 2 === 0 });
    world.kernel.netns.delete('/run/netns/c2');
    await goOn(world);
    await live(world);
    // What is gone is released at the second look.
    ask(world, 'del', 'nobody', requestIds.del);
    await goOn(world);
    const { 'last_reserved_ip.0': _, ...left } = files(world);
    t.deepEqual(Object.keys(left).sort(), held(world), `killed at step ${at}`);
    t.is(left['10.1.2.2'], 'c1\r\neth0');
    undone += released(world).filter((reason) => reason === 'elsewhere').length;
  }
  t.true(undone > 0, 'kills between log and file occur');
});

test('killed at any step of a DEL, the agent has it done when it is asked again, once', async (t) => {
  for (let at = 1; at <= longest; at += 1) {
    const world = await begin();
    ask(world, 'del', 'c1', requestIds.del);
    await killAt(world, at);
    ask(world, 'del', 'c1', requestIds.del, 1);
    await goOn(world);
    t.deepEqual(files(world), { 'last_reserved_ip.0': '10.1.2.2' }, `killed at step ${at}`);
    t.deepEqual(held(world), [], `killed at step ${at}`);
    t.is(released(world).length, 1, `killed at step ${at}`);
  }
});

test('killed at any step of the start behind a reboot, nothing of before is held, and no file is taken for host-local’s', async (t) => {
  for (let at = 1; at <= 2 * longest; at += 1) {
    const world = await begin();
    act(world, { type: 'cut-power', pick: at, keepPorts: false });
    await goOn(world);
    act(world, { type: 'start' });
    await killAt(world, at);
    const { 'last_reserved_ip.0': _, ...left } = files(world);
    t.deepEqual([left, held(world), released(world)], [{}, [], ['rebooted']], `killed at step ${at}`);
  }
});

test('an ADD whose file cannot be written is refused, and what it had reserved is free again', async (t) => {
  let isFull = false;
  const world = await begin({
    ports: withFolders((folder, failed) => ({
      replace: (name, text) => (isFull ? failed(name, 'no space left') : folder.replace(name, text)),
    })),
  });
  isFull = true;
  const refused = ask(world, 'add', 'c2', requestIds.second);
  await goOn(world);
  t.deepEqual(refused.answer(), {
    refused:
      'the file of an address "/var/lib/cni/networks/lan/last_reserved_ip.0" cannot be read or written: no space left',
  });
  t.deepEqual(files(world), { '10.1.2.2': 'c1\r\neth0', 'last_reserved_ip.0': '10.1.2.2' });
  t.deepEqual([held(world), released(world)], [['10.1.2.2'], ['unwritten']]);
});

test('a DEL that failed behind a takeover takes over what it finds when it is tried again under the same id', async (t) => {
  let isReadOnly = false;
  const world = await begin({
    ports: withFolders((folder, failed) => ({
      remove: (name) => (isReadOnly ? failed(name, 'read-only') : folder.remove(name)),
    })),
  });
  isReadOnly = true;
  world.folders.get(folder)?.files.set('10.1.2.5', 'h1\r\neth0');
  const refused = ask(world, 'del', 'c1', requestIds.del);
  await goOn(world);
  t.regex(refused.answer()?.refused ?? '', /read-only/);
  isReadOnly = false;
  world.folders.get(folder)?.files.set('10.1.2.6', 'h2\r\neth0');
  const done = ask(world, 'del', 'c1', requestIds.del);
  await goOn(world);
  t.deepEqual(done.answer(), { address: undefined });
  t.deepEqual(held(world), ['10.1.2.5', '10.1.2.6']);
});
