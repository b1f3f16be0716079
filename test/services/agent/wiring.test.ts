import test from 'ava';
import { either as E } from 'fp-ts';
import type { Switch } from '../../../domain/port/switch.ts';
import { wire } from '../../../services/agent/wiring.ts';

type Given = Parameters<typeof wire>;

const added = E.right({ ofport: 7, transactMs: 0, waitMs: 0 });

/** Wires a pod on a switch that does this; what was asked for, in order, and the outcome. */
const wired = async (
  addPort: (...given: Parameters<Switch['addPort']>) => ReturnType<ReturnType<Switch['addPort']>>,
) => {
  const asked: string[] = [];
  const see = (what: string) => () => async () => {
    asked.push(what);
    return E.right(undefined);
  };
  const ports = {
    kernel: { createPair: see('create'), finishPair: see('finish') },
    switch: {
      addPort:
        (...given: Parameters<Switch['addPort']>) =>
        async () => {
          asked.push('plug');
          const outcome = await addPort(...given);
          asked.push('plugged');
          return outcome;
        },
    },
    ids: { derive: () => '5b8efc1e-42d1-4a54-8b0a-2f4a3f0e8f0d' },
  } as unknown as Given[0];
  const configuration = { bridge: { name: 'evio0' }, antiSpoofing: false, switchTimeoutMs: 1000 };
  const attachment = { hostIfname: 'evio0123456789a', addresses: [], netns: {} } as unknown as Given[3];
  const outcome = await wire(
    ports,
    configuration as Given[1],
    { subnets: [] } as unknown as Given[2],
    attachment,
    {} as Given[4],
    new AbortController().signal,
  );
  return { asked, outcome };
};

test("a pod's namespace is filled while the switch is waited for, and not before", async (t) => {
  const { asked, outcome } = await wired(async (_port, _timeoutMs, waiting) => {
    waiting?.();
    return added;
  });
  t.deepEqual(asked, ['create', 'plug', 'finish', 'plugged']);
  t.deepEqual(outcome, added);
});

test('it is filled also where nobody said that the switch is waited for', async (t) => {
  const { asked, outcome } = await wired(async () => added);
  t.deepEqual(asked, ['create', 'plug', 'plugged', 'finish']);
  t.deepEqual(outcome, added);
});

test('it is left alone when the database refuses the port', async (t) => {
  const refused = E.left({ type: 'foreign-port', name: 'evio0123456789a' } as const);
  const { asked, outcome } = await wired(async () => refused);
  t.deepEqual(asked, ['create', 'plug', 'plugged']);
  t.deepEqual(outcome, refused);
});
