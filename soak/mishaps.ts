import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../domain/generate/dice.ts';
import type { TestNode } from '../test/support/node.ts';

/** The agent lives so long before it is killed again. */
const lifeMs = { least: 2_000, most: 5_000 } as const;
const ovsRestarts = 2;

export type Mishaps = { readonly kills: number; readonly ovsRestarts: number };

/** Kills the agent (-9) every few seconds and starts it again, as systemd would; resolves with a running one. */
const killAgents = async (node: TestNode, roll: Dice, ended: () => boolean): Promise<number> => {
  let kills = 0;
  for (;;) {
    await sleep(lifeMs.least + roll.below(lifeMs.most - lifeMs.least));
    if (ended()) return kills;
    await node.stopAgent('SIGKILL');
    kills += 1;
    await node.startAgent();
  }
};

/** At a third and at two thirds of the time. */
const restartOvs = async (node: TestNode, seconds: number, ended: () => boolean): Promise<number> => {
  for (let restart = 0; restart < ovsRestarts; restart++) {
    await sleep((seconds * 1000) / (ovsRestarts + 1));
    if (ended()) return restart;
    await node.ovs.restart();
  }
  return ovsRestarts;
};

export const makeMishaps = async (
  node: TestNode,
  seconds: number,
  roll: Dice,
  ended: () => boolean,
): Promise<Mishaps> => {
  const [kills, restarts] = await Promise.all([
    killAgents(node, roll, ended),
    restartOvs(node, seconds, ended),
  ]);
  return { kills, ovsRestarts: restarts };
};
