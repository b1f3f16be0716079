import '../../adapters/quickjs/text-coding.ts';
import { connectAgent } from '../../adapters/quickjs/agent-connection.ts';
import { fileAt } from '../../adapters/quickjs/file-at.ts';
import { isFile } from '../../adapters/quickjs/is-file.ts';
import { bootId, randomUuid } from '../../adapters/quickjs/kernel-uuid.ts';
import { loadDelegation, runDelegate } from '../../adapters/quickjs/late-modules.ts';
import { environment, exit, program, termination } from '../../adapters/quickjs/process.ts';
import { readText } from '../../adapters/quickjs/read-text.ts';
import { readInput, writeOutput } from '../../adapters/quickjs/standard-streams.ts';
import { clock } from '../../adapters/system/clock.ts';
import { timer } from '../../adapters/system/timer.ts';
import { runPlugin } from './plugin.ts';

const main = async (): Promise<void> => {
  const outcome = await runPlugin({
    program: program(),
    environment: environment(),
    readInput,
    connectAgent,
    queueDel: (folder, file) => async () =>
      (await import('../../adapters/quickjs/queue-del.ts')).queueDel(folder, file)(),
    runDelegate,
    isFile,
    fileAt,
    readText,
    bootId,
    clock,
    timer,
    ids: { random: randomUuid },
    termination: termination(),
    loadDelegation: async () => loadDelegation<typeof import('./via-delegate.ts')>(),
    loadQueuedDel: () => import('../../domain/cni/queued-del.ts'),
    loadAddressParser: async () => (await import('../../domain/ip/address.ts')).parseAddress,
  });
  const undelivered = await writeOutput(outcome);
  exit(undelivered === undefined ? outcome.exitCode : 1);
};

void main();
