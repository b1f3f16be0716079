import { Option } from 'commander';
import type { LogLevel } from '../../domain/port/log.ts';
import { type ListenAddress, listenAddress } from '../listen-address.ts';
import { replaceOption, seconds, size } from '../node-options.ts';

/** What evio-agent alone is told. */
export type AgentOptions = {
  readonly logLevel: LogLevel;
  readonly coolDown: number;
  readonly sweep: number;
  readonly subnetIdle: number;
  readonly diskBudget?: number;
  readonly antiSpoofing: 'on' | 'off';
  readonly metricsListen?: ListenAddress;
  readonly replace?: boolean;
};

export const agentOptions = (): ReadonlyArray<Option> => [
  new Option('--log-level <level>', 'the least that is logged')
    .env('EVIO_LOG_LEVEL')
    .default('info')
    .choices(['debug', 'info', 'warn', 'error']),
  new Option('--cool-down <seconds>', 'warn when an address is given again sooner, for want of others')
    .env('EVIO_COOL_DOWN')
    .default(30)
    .argParser(seconds),
  new Option(
    '--sweep <seconds>',
    'how often everything is compared again although nothing was reported; at least 1',
  )
    .env('EVIO_SWEEP')
    .default(60)
    .argParser(seconds),
  new Option('--subnet-idle <seconds>', 'an extra subnet that has been empty for so long is given back')
    .env('EVIO_SUBNET_IDLE')
    .default(600)
    .argParser(seconds),
  new Option(
    '--disk-budget <size>',
    'room for the log, such as 512MiB; a warning comes long before it is used',
  )
    .env('EVIO_DISK_BUDGET')
    .argParser(size),
  new Option(
    '--anti-spoofing <on|off>',
    "what leaves a pod bears its own MAC and addresses; needs the bridge's socket BRIDGE.mgmt beside --ovs-socket",
  )
    .env('EVIO_ANTI_SPOOFING')
    .default('on')
    .choices(['on', 'off']),
  new Option(
    '--metrics-listen <host:port>',
    'serves /metrics, /healthz and /readyz there too; without it on the unix socket alone',
  )
    .env('EVIO_METRICS_LISTEN')
    .argParser(listenAddress(9436)),
  replaceOption(),
];
