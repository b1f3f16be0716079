import type { Flow } from '../../../domain/ovs/flow.ts';
import { portNumber, readPort } from './port-number.ts';

type Output = Flow['output'];

/** `OFPIT_APPLY_ACTIONS` (section 7.2.4) and `OFPAT_OUTPUT` (section 7.2.5). */
const applyActions = 4;
const output = 0;
const instructionBytes = 8;
const outputBytes = 16;

/** One instruction with one action; none at all drops. */
export const encodeOutput = (to: Output): Buffer => {
  if (to === 'drop') return Buffer.alloc(0);
  const bytes = Buffer.alloc(instructionBytes + outputBytes);
  bytes.writeUInt16BE(applyActions, 0);
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.writeUInt16BE(output, 8);
  bytes.writeUInt16BE(outputBytes, 10);
  bytes.writeUInt32BE(portNumber(to), 12);
  return bytes;
};

/** `undefined` for anything that `encodeOutput` does not write. */
export const decodeOutput = (bytes: Buffer): Output | undefined => {
  if (bytes.length === 0) return 'drop';
  const isOutput =
    bytes.length === instructionBytes + outputBytes &&
    bytes.readUInt16BE(0) === applyActions &&
    bytes.readUInt16BE(8) === output;
  return isOutput ? readPort(bytes.readUInt32BE(12)) : undefined;
};
