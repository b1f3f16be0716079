// A host's life on the log named by its first argument, snapshots and all: opens it when told to, decides for ever, and prints
// each acknowledged event's id as one line, written to the pipe before the next is decided.

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { ids } from '../../adapters/system/ids.ts';
import { eventId } from '../../services/seal-events.ts';
import { type Dice, dice } from '../../simulator/random.ts';
import { openAt } from '../adapters/sqlite/scratch.ts';
import { randomCommand } from '../support/host-commands.ts';
import { openKeptHost } from '../support/kept-host.ts';

const [path = '', seed = ''] = process.argv.slice(2);
process.send?.('ready');
await once(process, 'message');
const { host } = await openKeptHost(openAt(path), path);
process.send?.('open');

const live = async (roll: Dice): Promise<void> => {
  for (let step = 0; ; step += 1) {
    const commandId = ids.random();
    const cause = { actor: 'test', commandId, correlationId: commandId };
    const answer = await host.transact(randomCommand(roll, step), cause)();
    if (answer._tag === 'Left') continue;
    for (const index of answer.right.keys()) writeSync(1, `${eventId(ids, commandId, index)}\n`);
    if (roll(10) === 0) await host.keep(1);
  }
};

await Promise.all([live(dice(Number(seed))), live(dice(Number(seed) + 1))]);
