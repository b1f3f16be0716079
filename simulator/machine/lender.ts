import { either as E } from 'fp-ts';
import { addressAt, type Cidr, size } from '../../domain/ip/cidr.ts';
import type { DelegateEnded, DelegateFailure, DelegateRun, RunDelegate } from '../../domain/port/delegate.ts';
import type { Loop, Owner } from '../loop.ts';
import { type Faults, fails } from './faults.ts';

/** The IPAM plugin that others delegate to here, and what it remembers. It outlives everything, and promises nothing. */
export type LenderState = {
  /** What it gave, by container. */
  readonly given: Map<string, ReadonlyArray<string>>;
  /** Containers of which it has lost what it gave. */
  readonly forgotten: Set<string>;
};

export const emptyLender = (): LenderState => ({ given: new Map(), forgotten: new Set() });

export const lender = 'lender';
export const binFolder = '/opt/cni/bin';

/** Its records are gone. */
export const forgetAll = ({ given, forgotten }: LenderState): void => {
  for (const containerId of given.keys()) forgotten.add(containerId);
  given.clear();
};

/** What it is told, and what it can know of the node. */
export type Around = {
  readonly subnets: () => ReadonlyArray<Cidr>;
  /** Addresses that others hold. */
  readonly held: () => ReadonlyArray<string>;
  /** Called when it begins with a verb. */
  readonly began: (verb: string, containerId: string) => void;
};

const said = (value: unknown): DelegateEnded => ({ exitCode: 0, stdout: JSON.stringify(value) });

const refusal = (verb: string): DelegateEnded => ({
  exitCode: 1,
  stdout: JSON.stringify({ cniVersion: '1.1.0', code: 11, msg: `the lender refuses its ${verb}` }),
});

/** From the end of each subnet: the agent gives from its beginning, so they meet in the middle. */
const nextFree = ({ given }: LenderState, subnet: Cidr): string | undefined => {
  const taken = new Set([...given.values()].flat());
  const offsets = Array.from(
    { length: Number(size(subnet)) - 2 },
    (_, index) => size(subnet) - 2n - BigInt(index),
  );
  return offsets.map((offset): string => addressAt(subnet, offset)).find((address) => !taken.has(address));
};

const chosen = (state: LenderState, faults: Faults, { subnets, held }: Around): ReadonlyArray<string> => {
  if (fails(faults, 'lender strays')) return ['172.16.0.9'];
  const [taken] = held();
  if (taken !== undefined && fails(faults, 'lender gives what is held')) return [taken];
  return subnets().flatMap((subnet) => nextFree(state, subnet) ?? []);
};

const withPrefix = (address: string): string => `${address}/${address.includes(':') ? 124 : 28}`;

const add = (state: LenderState, faults: Faults, containerId: string, around: Around): DelegateEnded => {
  if (state.given.has(containerId) || fails(faults, 'lender refuses')) return refusal('ADD');
  const addresses = chosen(state, faults, around);
  state.given.set(containerId, addresses);
  state.forgotten.delete(containerId);
  // A signal ends it behind its records and before its answer.
  if (fails(faults, 'lender dies')) return { stdout: '' };
  return said({ cniVersion: '1.1.0', ips: addresses.map((address) => ({ address: withPrefix(address) })) });
};

const collect = ({ given, forgotten }: LenderState, input: string): DelegateEnded => {
  const listed: ReadonlyArray<{ readonly containerID: string }> =
    JSON.parse(input)['cni.dev/valid-attachments'];
  const valid = new Set(listed.map(({ containerID }) => containerID));
  for (const records of [given, forgotten])
    for (const containerId of [...records.keys()]) if (!valid.has(containerId)) records.delete(containerId);
  return said({});
};

const answer = (
  state: LenderState,
  faults: Faults,
  { environment, input }: DelegateRun,
  around: Around,
): DelegateEnded => {
  const { CNI_COMMAND: verb = '', CNI_CONTAINERID: containerId = '' } = environment;
  around.began(verb, containerId);
  switch (verb) {
    case 'ADD':
      return add(state, faults, containerId, around);
    case 'DEL':
      if (fails(faults, 'lender keeps')) return refusal(verb);
      state.given.delete(containerId);
      state.forgotten.delete(containerId);
      return said({});
    case 'CHECK':
      return state.given.has(containerId) ? said({}) : refusal(verb);
    case 'GC':
      return collect(state, input);
    default:
      return said({});
  }
};

/** Runs it as a child of `parent`, which takes it along when it is killed. */
export const runLender =
  (state: LenderState, faults: Faults, loop: Loop, parent: Owner, around: Around): RunDelegate =>
  (run, giveUp) =>
  async () => {
    const { CNI_COMMAND: verb, CNI_CONTAINERID: containerId = '' } = run.environment;
    const child: Owner = { alive: true, name: `${lender} ${verb} ${containerId}` };
    const killed: E.Either<DelegateFailure, never> = E.left({ type: 'failed', reason: 'killed' });
    const ended = fails(faults, 'lender hangs')
      ? new Promise<never>(() => undefined)
      : loop.change(child, `${lender} ${verb}`, () =>
          parent.alive ? E.right(answer(state, faults, run, around)) : killed,
        );
    const givenUp = giveUp.then((): E.Either<DelegateFailure, never> => {
      loop.kill(child, false);
      return E.left({ type: 'given-up' });
    });
    return Promise.race([ended, givenUp]);
  };
