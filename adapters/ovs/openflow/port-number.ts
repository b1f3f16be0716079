import type { OpenFlowPort } from '../../../domain/ovs/flow.ts';

/** `ofp_port_no` (section 7.2.1). */
const local = 0xffff_fffe;
export const normal = 0xffff_fffa;
export const anyPort = 0xffff_ffff;

export const portNumber = (port: OpenFlowPort): number => (port === 'local' ? local : port);

export const readPort = (number: number): OpenFlowPort => (number === local ? 'local' : number);
