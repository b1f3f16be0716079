import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { recordingAgent } from '../../support/recording-agent.ts';
import { refuses, type ScriptDelegate, scriptDelegate } from '../../support/script-delegate.ts';
import { agentFor, calls, done, errorIn, given, paths, refusal, refused } from './delegate-scene.ts';

const { run } = calls(test);

for (const verb of ['DEL', 'CHECK', 'STATUS', 'GC']) {
  const config = {
    prevResult: { ...given, interfaces: [{ name: 'eth0', sandbox: '/run/netns/pod' }] },
    'cni.dev/valid-attachments': [],
  };
  const path = `/v1/${verb.toLowerCase()}`;

  test(`${verb} is done here and then forwarded as it came`, async (t) => {
    const delegate = await scriptDelegate(t);
    const agent = await agentFor(t, done);
    const ran = await run(agent, delegate, { verb, config });
    t.like(ran, { exitCode: 0, stdout: '', stderr: '' });
    t.deepEqual(paths(agent), [path]);
    t.is(await delegate.inputOf(verb), ran.stdin);
    t.deepEqual(await delegate.environmentOf(verb), ran.environment);
  });

  test(`what the delegate says to ${verb} is passed on`, async (t) => {
    const delegate = await scriptDelegate(t, { [verb]: refuses(50, 'no server') });
    const ran = await run(await agentFor(t, done), delegate, { verb, config });
    t.is(ran.exitCode, 1);
    t.like(errorIn(ran), { code: 50, msg: 'no server' });
    t.regex(errorIn(ran).details, /"scripted-ipam" says so/);
  });

  test(`${verb} that fails here ${verb === 'GC' ? 'is forwarded all the same' : 'is not forwarded'}`, async (t) => {
    const delegate = await scriptDelegate(t, { GC: refuses(5, 'nor can I') });
    const error = errorIn(await run(await agentFor(t, refused), delegate, { verb, config }));
    t.is(error.code, refusal.code);
    t.is(error.msg, verb === 'GC' ? 'the agent says no; and nor can I' : refusal.msg);
    t.deepEqual(await delegate.verbs(), verb === 'GC' ? ['GC'] : []);
  });
}

test('a delegate that knows STATUS and GC not is passed over; one that speaks no such version cannot serve', async (t) => {
  const config = { 'cni.dev/valid-attachments': [] };
  const unknown = (verb: string) => refuses(4, `unknown CNI_COMMAND: ${verb}`);
  const older = await scriptDelegate(t, { STATUS: unknown('STATUS'), GC: unknown('GC') });
  const version = refuses(1, 'incompatible CNI versions');
  const oldest = await scriptDelegate(t, { STATUS: version, GC: version });
  const exits = async (delegate: ScriptDelegate) =>
    Promise.all(
      ['STATUS', 'GC'].map(
        async (verb) => (await run(await agentFor(t, done), delegate, { verb, config })).exitCode,
      ),
    );
  t.deepEqual(await exits(older), [0, 0]);
  t.deepEqual(await exits(oldest), [1, 0]);
});

test('GC without a list of what is in use reaches nobody', async (t) => {
  const delegate = await scriptDelegate(t);
  const agent = await agentFor(t, done);
  t.is(errorIn(await run(agent, delegate, { verb: 'GC' })).code, 7);
  t.deepEqual([agent.heard.length, await delegate.verbs()], [0, []]);
});

test('DEL without an agent is queued, and the delegate frees its address now, though it reads nothing', async (t) => {
  const delegate = await scriptDelegate(t);
  const queue = join(delegate.folder, 'queue');
  await mkdir(queue, { mode: 0o700 });
  const script = `#!/bin/sh\necho "$CNI_COMMAND" >> "${delegate.folder}/verbs"\n`;
  await writeFile(join(delegate.folder, 'deaf'), script, { mode: 0o755 });
  const ipam = { type: 'deaf', long: 'x'.repeat(900_000) };
  const config = { queue, agentSocket: join(delegate.folder, 'nobody.sock'), ipam };
  t.is((await run(recordingAgent(done), delegate, { verb: 'DEL', config })).exitCode, 0);
  t.deepEqual(await readdir(queue), ['evio%c1%eth0']);
  t.deepEqual(await delegate.verbs(), ['DEL']);
});
