import test from 'ava';
import { taskEither as TE } from 'fp-ts';
import type { AgentConnection } from '../../../domain/port/agent-connection.ts';
import { askAgentLog, growingLog } from '../../../services/evioctl/commands.ts';
import { printAnswer } from '../../../services/evioctl/print-answer.ts';
import type { Terminal } from '../../../services/evioctl/terminal.ts';
import { type Watched, watching } from '../../../services/evioctl/watch.ts';

/** A round for each answer; the last pause ends the watching as Ctrl-C does. */
const watchRounds = async (
  watched: Watched,
  json: Terminal['json'],
  rounds: number,
  show: (terminal: Terminal, round: number) => Promise<unknown>,
): Promise<ReadonlyArray<string>> => {
  const printed: string[] = [];
  let round = 0;
  const ended = new Error('Ctrl-C');
  const sleep = async (): Promise<void> => {
    round += 1;
    if (round === rounds) throw ended;
  };
  const out = (text: string) => void printed.push(text);
  await watching(
    { timer: { sleep }, terminal: { json, out, err: out }, isTerminal: true },
    1,
    watched,
    async (terminal) => {
      await show(terminal, round);
      return 0;
    },
  ).catch((error) => {
    if (error !== ended) throw error;
  });
  return printed;
};

const states = [['a'], ['a'], ['a', 'b'], []];
const showState = async (terminal: Terminal, round: number): Promise<void> => {
  const pods = states[round] ?? [];
  printAnswer(terminal, { value: { pods }, rows: pods, words: () => `${pods.length} pods` });
};

test('a state that is watched is a line for each change of it', async (t) => {
  t.deepEqual(await watchRounds('state', 'lines', 4, showState), [
    '{"pods":["a"]}',
    '{"pods":["a","b"]}',
    '{"pods":[]}',
  ]);
});

test('a person sees each state in the place of the one before', async (t) => {
  const clear = '\x1b[H\x1b[2J\x1b[3J';
  t.deepEqual(await watchRounds('state', false, 2, showState), [clear, '1 pods', clear, '1 pods']);
});

/** An agent whose log grows by two events a round, in pages as large as it is asked for. */
const growingAgent = (grown: () => number): AgentConnection => ({
  call: (_method, path) => {
    const { searchParams } = new URL(path, 'http://agent');
    const [from, limit] = ['from', 'limit'].map((key) => Number(searchParams.get(key))) as [number, number];
    const events = Array.from({ length: grown() }, (_, position) => ({ position, payload: {}, stream: 's' }));
    return TE.right({ status: 200, body: { events: events.slice(from, from + limit) } });
  },
});

test('the log that is watched goes on behind its last event, without gap or repetition', async (t) => {
  let now = 0;
  const agent = growingAgent(() => [5, 5, 8][now] ?? 0);
  const show = growingLog(askAgentLog(agent), '1', '2');
  const printed = await watchRounds('growth', 'lines', 3, (terminal, round) => {
    now = round;
    return show(terminal);
  });
  t.deepEqual(
    printed.map((line) => JSON.parse(line).position),
    [1, 2, 3, 4, 5, 6, 7],
  );
});

test('a log that cannot be asked is said, and asked again from the same place', async (t) => {
  const sound = growingAgent(() => 2);
  const absent: AgentConnection = {
    call: () => TE.left({ type: 'agent-unreachable', socket: '/s', reason: 'refused' }),
  };
  let agent = absent;
  const show = growingLog((...page) => askAgentLog(agent)(...page), '0', '10');
  const printed = await watchRounds('growth', 'lines', 3, (terminal, round) => {
    agent = round === 0 ? absent : sound;
    return show(terminal);
  });
  t.is(JSON.parse(printed[0] ?? '').error.type, 'no-agent');
  t.deepEqual(
    printed.slice(1).map((line) => JSON.parse(line).position),
    [0, 1],
  );
});
