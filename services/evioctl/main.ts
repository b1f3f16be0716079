#!/usr/bin/env node
import { Command, Option } from 'commander';
import { connectAgent } from '../../adapters/http/client.ts';
import { configure, leases, leave, log, pods, status } from './commands.ts';
import { exitCodes } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

const program = new Command('evioctl')
  .description('Ask the evio-agent of this machine: who holds which address, and why.')
  .addOption(
    new Option('--socket <path>', "the agent's unix socket")
      .env('EVIO_AGENT_SOCKET')
      .default('/run/evio/agent.sock'),
  )
  .option('--json', 'print one JSON value instead of a table')
  .showHelpAfterError('(evioctl --help lists commands and options)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage))
  .addHelpText(
    'after',
    `
Exit codes:
  0  done
  1  refused; the reason and what to do are on stderr
  2  wrong usage
  3  the agent does not answer

Examples:
  evioctl configure --pod-cidr 10.244.0.0/16 --node-bits 8 --host-cidr 10.10.0.0/16
  evioctl pods
  evioctl log --from 120 --limit 20 --json`,
  );

const terminal = (): Terminal => ({
  json: program.opts<{ json?: boolean }>().json === true,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
});

type Run = (agent: ReturnType<typeof connectAgent>, terminal: Terminal) => Promise<number>;

const perform = async (run: Run): Promise<void> => {
  process.exitCode = await run(connectAgent(program.opts<{ socket: string }>().socket), terminal());
};

program
  .command('status')
  .description('this node at a glance')
  .action(() => perform(status));

program
  .command('leases')
  .description('which node holds which subnet')
  .action(() => perform(leases));

program
  .command('pods')
  .description('which attachment holds which address on this node')
  .action(() => perform(pods));

program
  .command('log')
  .description('the recorded events, from a position on')
  .option('--from <position>', 'position of the first event', '0')
  .option('--limit <count>', 'at most this many events, up to 1000', '100')
  .action(({ from, limit }: { from: string; limit: string }) => perform(log(from, limit)));

program
  .command('configure')
  .description('say which addresses the cluster has; refused when nodes already use others')
  .requiredOption('--pod-cidr <cidr...>', 'pod overlay, one per family (10.244.0.0/16 fd00:244::/48)')
  .requiredOption(
    '--node-bits <bits...>',
    'bits that number the nodes, in the order of --pod-cidr (8: 256 nodes)',
  )
  .requiredOption('--host-cidr <cidr>', 'host overlay, one address per node (10.10.0.0/16)')
  .option('--quarantine <duration>', 'from the release of a subnet until it may be leased again', '24h')
  .action((options: { podCidr: string[]; nodeBits: string[]; hostCidr: string; quarantine: string }) =>
    perform(
      configure({
        podCidr: options.podCidr,
        nodeBits: options.nodeBits,
        hostCidr: options.hostCidr,
        quarantine: options.quarantine,
      }),
    ),
  );

program
  .command('leave')
  .description('take no new pods, and give the lease back when the last one is gone')
  .action(() => perform(leave));

await program.parseAsync();
