import { makeOurs } from '../bench/ours.ts';
import { startLauncher } from '../test/support/launch.ts';
import type { Options } from './options.ts';
import { ourNetwork } from './ours.ts';
import { makeSandboxes } from './sandboxes.ts';
import { type Outcome, sandboxCount, soak } from './soak.ts';
import { networkUnderBridge } from './under-bridge.ts';
import { verdictOf } from './verdict.ts';

/*
 * `main.ts` starts it with its options as JSON.
 */

const options = JSON.parse(process.argv[2] ?? '') as Options;
const progress = (text: string): void => console.error(`soak: ${text}`);
let interrupted = false;
process.on('SIGTERM', () => {
  interrupted = true;
});
const goOn = (): void => {
  if (interrupted) throw new Error('interrupted');
};

const run = async (): Promise<Outcome> => {
  await using made = new AsyncDisposableStack();
  const sandboxes = await makeSandboxes(sandboxCount, made);
  const launch = startLauncher(made);
  const node = await makeOurs('soak', 24, made);
  made.defer(() => progress('removing what was made'));
  // Awaited here: what was made is removed when this function ends.
  return await soak({
    ...options,
    node,
    network: options.ipam
      ? await networkUnderBridge(node, sandboxes, launch)
      : ourNetwork(node, sandboxes, launch),
    sandboxes,
    progress,
    goOn,
  });
};

try {
  const outcome = await run();
  const { lines, held } = verdictOf(outcome, options);
  for (const line of lines) console.log(line);
  process.exitCode = held ? 0 : 1;
} catch (error) {
  if (!interrupted) console.error('soak: failed:', error);
  process.exitCode = interrupted ? 130 : 1;
}
