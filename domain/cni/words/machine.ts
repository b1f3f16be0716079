import type { FlowTableFailure } from '../../port/flow-table.ts';
import type { KernelFailure } from '../../port/kernel.ts';
import type { SwitchFailure } from '../../port/switch.ts';
import { codes } from '../error.ts';
import type { WordsFor } from './words.ts';

/** What kernel and switch refuse. */
export const machineWords: WordsFor<KernelFailure | SwitchFailure | FlowTableFailure> = {
  'netns-missing': (refusal) => ({
    code: codes.invalidEnvironment,
    msg: `CNI_NETNS "${refusal.path}" does not exist`,
    details:
      'the runtime must make the network namespace before it calls ADD; does the agent see the path (mount propagation)?',
  }),
  'netns-not-a-namespace': (refusal) => ({
    code: codes.invalidEnvironment,
    msg: `CNI_NETNS "${refusal.path}" is not a network namespace`,
    details: 'give the path of a network namespace, such as /run/netns/NAME or /proc/PID/ns/net',
  }),
  'netns-is-host': (refusal) => ({
    code: codes.invalidNetns,
    msg: `CNI_NETNS "${refusal.path}" is the host's own network namespace`,
    details: "a pod with host networking needs no CNI; give the path of the pod's own namespace",
  }),
  'netns-replaced': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `CNI_NETNS "${refusal.path}" leads to another network namespace than a moment ago`,
    details: 'nothing was changed in either; DEL and ADD again',
  }),
  'ifname-taken': (refusal) => ({
    code: codes.invalidEnvironment,
    msg: `CNI_IFNAME "${refusal.ifname}" exists already in ${refusal.path}`,
    details: 'choose another interface name, or delete the interface',
  }),
  'link-missing': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `the interface "${refusal.name}" is missing on this host`,
    details: 'the agent makes it again; evioctl status says whether it could',
  }),
  'foreign-link': (refusal) => ({
    code: codes.io,
    msg: `the interface "${refusal.name}" bears our name and is not ours`,
    details: 'it was left alone; rename or delete it by hand',
  }),
  'kernel-refused': (refusal) => ({
    code: codes.io,
    msg: `the kernel refused to ${refusal.operation}: ${refusal.errno}`,
    details: 'nothing was left behind; the log of evio-agent has the whole story',
  }),
  'switch-unreachable': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `Open vSwitch does not answer: ${refusal.reason}`,
    details: 'is ovsdb-server running, and does the agent see its socket?',
  }),
  'bridge-missing': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `the bridge "${refusal.bridge}" is missing`,
    details: 'the agent makes it again; evioctl status says whether it could',
  }),
  'bridge-failed': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `the bridge "${refusal.bridge}" could not be made: ${refusal.reason}`,
    details: 'is ovs-vswitchd running, and does it know the datapath type?',
  }),
  'foreign-port': (refusal) => ({
    code: codes.io,
    msg: `the port "${refusal.name}" bears our name and is not ours`,
    details: 'it was left alone; remove it by hand',
  }),
  'port-removed': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `somebody removed the port "${refusal.name}" before Open vSwitch had attached it`,
    details: 'the attachment was undone; who else changes this bridge?',
  }),
  'port-failed': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `Open vSwitch did not take the port "${refusal.name}": ${refusal.reason}`,
    details: 'the attachment was undone; the log of ovs-vswitchd has the reason',
  }),
  'flows-unreachable': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `the anti-spoofing flows cannot be written: ${refusal.reason}`,
    details: "is ovs-vswitchd running, and does the agent see the bridge's socket beside --ovs-socket?",
  }),
  'flow-refused': (refusal) => ({
    code: codes.io,
    msg: `Open vSwitch refused an anti-spoofing flow: ${refusal.reason}`,
    details: 'the log of ovs-vswitchd has the reason; it must speak OpenFlow 1.3',
  }),
};
