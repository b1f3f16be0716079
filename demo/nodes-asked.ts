import { Command, InvalidArgumentError, Option } from 'commander';

const [fewest, most] = [2, 9];

const count = (text: string): number => {
  const number = Number(text);
  if (/^\d$/.test(text) && number >= fewest && number <= most) return number;
  throw new InvalidArgumentError(`a number of nodes from ${fewest} to ${most}; for one leave --nodes out.`);
};

/** How many nodes are to share a ledger; `undefined` for one node alone. Anything else ends the program with words and 2. */
export const nodesAsked = (args: ReadonlyArray<string>): number | undefined =>
  new Command('npm run demo --')
    .description('Plays a node alone, or several that share a ledger, in network namespaces of their own.')
    .addOption(
      new Option('--nodes <count>', `so many nodes that share a ledger, ${fewest} to ${most}`).argParser(
        count,
      ),
    )
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse([...args])
    .opts<{ nodes?: number }>().nodes;
