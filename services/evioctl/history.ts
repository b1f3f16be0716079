import { Option } from 'commander';
import { either as E } from 'fp-ts';
import {
  type History,
  type HistoryFailure,
  type HistoryKind,
  historyKinds,
  historyOf,
} from '../../domain/projection/history.ts';
import type { AskFailure } from '../ask.ts';
import { columns } from './columns.ts';
import type { AddCommand } from './context.ts';
import { exitCodes } from './exit-code.ts';
import { onIndex, refuseFailure } from './on-index.ts';
import { footer, inZone } from './past-words.ts';
import { printAnswer } from './print-answer.ts';

const historyWords = (history: History, zone: string): string => {
  const words = inZone(zone);
  const { subject, entries } = history;
  return [
    `${subject.kind} ${subject.name}: ${entries.length} events (times: ${zone})`,
    '',
    ...(entries.length === 0
      ? []
      : [
          columns(
            ['TIME', 'POSITION', 'NODE', 'EVENT', ''],
            entries.map(({ time, position, node, type, what }) => [
              words(time),
              String(position),
              node,
              type,
              what,
            ]),
          ),
          '',
        ]),
    ...footer({ ...history, contradictions: [] }, words),
  ].join('\n');
};

const historyRefusal = (failure: HistoryFailure): AskFailure => {
  switch (failure.type) {
    case 'nothing-of-that-name':
      return {
        type: 'refused',
        msg: `"${failure.name}" is no pod, container, node, subnet or address that this log knows`,
        remedy:
          'write NAMESPACE/NAME, the first characters of a container id, a node, a subnet or an address',
      };
    case 'ambiguous-name':
      return {
        type: 'refused',
        msg: `"${failure.name}" may be ${failure.subjects.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`,
        remedy: 'write one of them in full, or say which kind with --kind',
      };
  }
};

export const addHistory: AddCommand = (program, context) => {
  program
    .command('history <name>')
    .description('all that happened to a pod, container id, node, subnet or address')
    .addOption(
      new Option('--kind <kind>', 'what the name means, where it could be several').choices(historyKinds),
    )
    .addHelpText(
      'after',
      `
Examples:
  evioctl history shop/web-0
  evioctl history node-7 --kind node
  evioctl history 10.244.3.17 --json`,
    )
    .action((name: string, { kind }: { kind?: HistoryKind }) =>
      onIndex(context, ({ index, terminal, vantage }) => {
        const found = historyOf(index, name, kind);
        if (E.isLeft(found)) return E.right(refuseFailure(terminal, historyRefusal(found.left)));
        const { right: value } = found;
        const words = () => historyWords(value, vantage.zone);
        printAnswer(terminal, { value, rows: value.entries, words });
        return E.right(exitCodes.done);
      }),
    );
};
