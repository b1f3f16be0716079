import { Option } from 'commander';
import { replaceOption, seconds } from '../node-options.ts';

/** What evio-config-gen alone is told. */
export type ConfigGenFlags = {
  readonly network: string;
  readonly netConf: string;
  readonly plugin?: string;
  readonly cniBinDir: string;
  readonly wait: number;
  readonly replace?: boolean;
};

export const configGenFlags = (): ReadonlyArray<Option> => [
  new Option('--network <name>', "the CNI network's name").env('EVIO_NETWORK').default('evio'),
  new Option(
    '--net-conf <file>',
    'JSON with podCidr, nodeBits and hostCidr, for a cluster not yet configured',
  )
    .env('EVIO_NET_CONF')
    .default('/etc/evio/net-conf.json'),
  new Option('--plugin <file>', 'the compiled plugin to install').env('EVIO_PLUGIN'),
  new Option('--cni-bin-dir <path>', 'where the runtime looks for plugins')
    .env('EVIO_CNI_BIN_DIR')
    .default('/opt/cni/bin'),
  new Option('--wait <seconds>', 'patience').env('EVIO_WAIT').default(120).argParser(seconds),
  replaceOption(),
];
