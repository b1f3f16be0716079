import test from 'ava';
import fc from 'fast-check';
import { runPlugin } from '../support/compiled-plugin.ts';
import { wildCall, wrongOutcome } from '../support/fuzz.ts';
import { type LaunchAndWait, startLauncher } from '../support/launch.ts';
import { pluginBinary } from '../support/node.ts';
import { sharedScene } from '../support/scene.ts';
import { eachOf, untouched } from '../support/untouched.ts';

const scene = sharedScene(test);
const { traces, atLast } = untouched(test, scene);
const seed = 20261121;

const made = new AsyncDisposableStack();
let launch: LaunchAndWait;
test.before(() => {
  launch = startLauncher(made);
});
test.after.always(() => made.disposeAsync());

// In parts, each of which says that the test goes on.
for (const part of Array(10).keys())
  test.serial(
    `10,000 calls of the compiled plugin as nobody should make them change nothing: thousand ${part}`,
    async (t) => {
      const before = await traces();
      const verdicts = { succeeded: 0, refused: 0 };
      const wild = fc.sample(wildCall(scene().node.socket), { seed: seed + part, numRuns: 1_000 });
      await eachOf(wild, 8, async ({ environment, stdin }) => {
        const { code, out, err } = await launch({ program: pluginBinary, env: environment, input: stdin });
        const ran = { exitCode: code, stdout: out, stderr: err };
        const said = () => JSON.stringify({ seed, part, environment, stdin, ran });
        verdicts[ran.exitCode === 0 ? 'succeeded' : 'refused'] += 1;
        // No verb at all: it says what it is.
        const wrong = environment['CNI_COMMAND'] === '' ? ran.exitCode || undefined : wrongOutcome(ran);
        t.is(wrong, undefined, wrong === undefined ? '' : said());
      });
      t.true(verdicts.succeeded > 100 && verdicts.refused > 100, JSON.stringify(verdicts));
      t.deepEqual(await traces(), before);
    },
  );

for (const [what, stdin] of [
  [
    'lists in lists',
    `{"cniVersion":"1.1.0","name":"evio","ipam":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
  ],
  ['objects without an end', '{"a":'.repeat(100_000)],
  ['more than a mebibyte', ' '.repeat(2 ** 20 + 1)],
] as const) {
  test.serial(`${what} on stdin: an error of CNI, in a line`, async (t) => {
    const environment = {
      CNI_COMMAND: 'ADD',
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/evio-nowhere',
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/opt/cni/bin',
    };
    const ran = await runPlugin(pluginBinary, environment, stdin);
    t.is(wrongOutcome(ran), undefined, ran.stdout.slice(0, 300));
    t.is(ran.exitCode, 1);
    t.true(ran.stdout.length < 1_000, `${ran.stdout.length} characters`);
  });
}

atLast();
