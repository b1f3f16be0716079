import type { FlowChange } from '../../../domain/ovs/flow.ts';
import { encodeOutput } from './instructions.ts';
import { encodeMatch } from './match.ts';
import { anyPort } from './port-number.ts';

/** `ofp_flow_mod_command` (section 7.3.4.2): adding replaces a flow of the same match and priority. */
const commands = { add: 0, delete: 3 } as const;
const noBuffer = 0xffff_ffff;
export const anyGroup = 0xffff_ffff;
const wholeCookie = 0xffff_ffff_ffff_ffffn;
const fixedBytes = 40;

/** The only table that we write to. */
const firstTable = 0;

/** The body of an `ofp_flow_mod` (section 7.3.4.1). A removal names its cookie in full, which Open vSwitch finds without a search. */
export const encodeChange = (change: FlowChange): Buffer => {
  const { cookie, priority, match, output } =
    change.type === 'add'
      ? change.flow
      : { cookie: change.cookie, priority: 0, match: {}, output: 'drop' as const };
  const bytes = Buffer.alloc(fixedBytes);
  bytes.writeBigUInt64BE(BigInt(`0x${cookie}`), 0);
  bytes.writeBigUInt64BE(change.type === 'add' ? 0n : wholeCookie, 8);
  bytes.writeUInt8(firstTable, 16);
  bytes.writeUInt8(change.type === 'add' ? commands.add : commands.delete, 17);
  bytes.writeUInt16BE(priority, 22);
  bytes.writeUInt32BE(noBuffer, 24);
  bytes.writeUInt32BE(anyPort, 28);
  bytes.writeUInt32BE(anyGroup, 32);
  return Buffer.concat([bytes, encodeMatch(match), encodeOutput(output)]);
};
