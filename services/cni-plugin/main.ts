import { connectAgent } from '../../adapters/bun/agent-connection.ts';
import { randomUuid } from '../../adapters/bun/random-uuid.ts';
import { readInput, writeOutput } from '../../adapters/bun/standard-streams.ts';
import { termination } from '../../adapters/bun/termination.ts';
import { clock } from '../../adapters/system/clock.ts';
import { timer } from '../../adapters/system/timer.ts';
import { runPlugin } from './plugin.ts';

const outcome = await runPlugin({
  environment: process.env,
  readInput,
  connectAgent,
  clock,
  timer,
  ids: { random: randomUuid },
  termination: termination(),
  loadAddressParser: async () => (await import('../../domain/ip/address.ts')).parseAddress,
});
await writeOutput(outcome);
process.exit(outcome.exitCode);
