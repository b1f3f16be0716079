import { Command, InvalidArgumentError, Option } from 'commander';

export type Options = {
  readonly seconds: number;
  readonly seed: number;
  /** Under Debian's bridge, with addresses of evio-ipam. */
  readonly ipam: boolean;
  /** One JSON object as the last line of stdout. */
  readonly json: boolean;
};

const positive = (text: string): number => {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('a whole number above 0.');
};

export const readOptions = (): Options =>
  new Command('soak')
    .description(
      'Adds and deletes 200 attachments at a time on a real node, kills its agent every few seconds and restarts Open vSwitch twice; then counts what kernel, switch and firewall have left.',
    )
    .addOption(new Option('--seconds <count>', 'how long').default(60).argParser(positive))
    .addOption(
      new Option('--seed <number>', 'chooses attachments and mishaps').default(1).argParser(positive),
    )
    .addOption(new Option('--ipam', "evio-ipam under Debian's bridge instead of our plugin").default(false))
    .addOption(new Option('--json', 'one JSON object as the last line of stdout').default(false))
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing was doubled, leaked or lost, and a run of a minute or more had 50 operations a second, a kill and both restarts; 1 not so, or it could not be run; 2 wrong usage; 130 interrupted.',
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse()
    .opts<Options>();
