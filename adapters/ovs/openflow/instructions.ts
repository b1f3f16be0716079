import type { Flow } from '../../../domain/ovs/flow.ts';
import { normal, portNumber, readPort } from './port-number.ts';

type Output = Flow['output'];

/** `OFPIT_APPLY_ACTIONS` (section 7.2.4) and `OFPAT_OUTPUT` (section 7.2.5). */
const applyActions = 4;
const output = 0;
const instructionBytes = 8;
const outputBytes = 16;

const numbersOf = (to: Exclude<Output, 'drop'>): ReadonlyArray<number> => {
  if (typeof to !== 'object') return [portNumber(to)];
  const [, ...ports] = to;
  return [normal, ...ports];
};

/** One instruction with an action for each output; none at all drops. */
export const encodeOutput = (to: Output): Buffer => {
  if (to === 'drop') return Buffer.alloc(0);
  const numbers = numbersOf(to);
  const bytes = Buffer.alloc(instructionBytes + numbers.length * outputBytes);
  bytes.writeUInt16BE(applyActions, 0);
  bytes.writeUInt16BE(bytes.length, 2);
  for (const [index, number] of numbers.entries()) {
    const at = instructionBytes + index * outputBytes;
    bytes.writeUInt16BE(output, at);
    bytes.writeUInt16BE(outputBytes, at + 2);
    bytes.writeUInt32BE(number, at + 4);
  }
  return bytes;
};

/** The numbers that an instruction has frames put out by, all of its actions; `undefined` where it does more, or something else. */
const readNumbers = (bytes: Buffer): ReadonlyArray<number> | undefined => {
  const count = (bytes.length - instructionBytes) / outputBytes;
  if (!Number.isInteger(count) || bytes.readUInt16BE(0) !== applyActions) return undefined;
  const actions = Array.from({ length: count }, (_, index) =>
    bytes.subarray(instructionBytes + index * outputBytes),
  );
  return actions.every((action) => action.readUInt16BE(0) === output)
    ? actions.map((action) => action.readUInt32BE(4))
    : undefined;
};

/** `undefined` for anything that `encodeOutput` does not write. */
export const decodeOutput = (bytes: Buffer): Output | undefined => {
  if (bytes.length === 0) return 'drop';
  const [first, ...others] = readNumbers(bytes) ?? [];
  if (first === normal) return ['normal', ...others];
  return first === undefined || others.length > 0 ? undefined : readPort(first);
};
