/** `ofp_error_type` (section 7.4.4), as far as it may meet us. */
const names: Readonly<Record<number, string>> = {
  0: 'HELLO_FAILED',
  1: 'BAD_REQUEST',
  2: 'BAD_ACTION',
  3: 'BAD_INSTRUCTION',
  4: 'BAD_MATCH',
  5: 'FLOW_MOD_FAILED',
};
const helloFailed = 0;

/** What to do about a bridge that does not speak our version. */
export const remedy =
  "the bridge's protocols must allow OpenFlow13 (ovs-vsctl add bridge BRIDGE protocols OpenFlow13)";

/** An `ofp_error_msg` in words. */
export const errorWords = (body: Buffer): string => {
  const [type, code] = [body.readUInt16BE(0), body.readUInt16BE(2)];
  const name = `OpenFlow error ${names[type] ?? type}, code ${code}`;
  return type === helloFailed ? `${name}: ${remedy}` : name;
};
