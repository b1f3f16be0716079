import { codes } from '../error.ts';
import type { RequestRefusal } from '../request-refusal.ts';
import { list, type WordsFor } from './words.ts';

/** What the agent itself refuses. */
export const requestWords: WordsFor<RequestRefusal> = {
  'wrong-bridge': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `bridge "${refusal.asked}" is not the one that evio-agent owns`,
    details: `write "bridge": "${refusal.bridge}", or start the agent with --bridge ${refusal.asked}`,
  }),
  'wrong-mtu': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `mtu "${refusal.asked}" is outside of ${refusal.atLeast} … ${refusal.atMost}`,
    details:
      refusal.asked < refusal.atLeast
        ? `the subnet's families need ${refusal.atLeast}: write at least that, or leave "mtu" out`
        : `the bridge carries ${refusal.atMost}; start the agent with a larger --mtu if the underlay allows it`,
  }),
  'vlan-unnameable': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `vlan "${refusal.vlan}": its gateway would be the interface "${refusal.name}", whose name has more than 15 bytes`,
    details: 'start the agents with a shorter --bridge, or leave "vlan" out',
  }),
  'trunk-guarded': (refusal) => ({
    code: codes.unsupportedField,
    msg: `trunk "${refusal.trunk}": the agent runs with anti-spoofing, and a trunk's frames bear addresses that no event names`,
    details:
      'start the agents with --anti-spoofing off, or take the trunk out; one VLAN a pod may have by "vlan"',
  }),
  'not-an-address': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `requested address "${refusal.text}" is not an IP address`,
    details: 'write 10.244.0.7 or 2001:db8::7',
  }),
  'delegated-not-an-address': (refusal) => ({
    code: codes.undecodable,
    msg: `the IPAM plugin "${refusal.plugin}" gave "${refusal.text}", which is not an IP address`,
    details: 'this is a defect of that plugin',
  }),
  'not-a-mac': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `requested MAC "${refusal.text}" is not the MAC of one interface`,
    details: 'write 02:00:5e:10:00:01',
  }),
  'wrong-ranges': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `invalid network configuration: "runtimeConfig.ipRanges": ${refusal.ranges}`,
    details: refusal.expected,
  }),
  'given-up': () => ({
    code: codes.tryAgainLater,
    msg: 'this ADD was given up: its DEL came, or nobody waited for its answer any more',
    details: 'nothing was left behind',
  }),
  'being-prepared': ({ attachment: { containerId, ifname } }) => ({
    code: codes.tryAgainLater,
    msg: `CNI_CONTAINERID "${containerId}" with CNI_IFNAME "${ifname}": another ADD waits for the address that its IPAM plugin asks for`,
    details: 'DEL ends it; by itself it ends with that plugin, or some two minutes later',
  }),
  'preparation-lost': ({ attachment: { containerId, ifname } }) => ({
    code: codes.tryAgainLater,
    msg: `CNI_CONTAINERID "${containerId}" with CNI_IFNAME "${ifname}": the interface that its address was asked for through is gone`,
    details:
      'evio-agent ended meanwhile, a DEL came, or it took too long; nothing was left behind: ADD again',
  }),
  'unadopted-links': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `live links of ours are not in the log, and their pods may hold any address: ${list(refusal.links)}`,
    details:
      'was the log lost? configure the cluster as it was, or end the pods of these links; then new ones can be added',
  }),
  halted: (refusal) => ({
    code: codes.tryAgainLater,
    msg: `this node cannot serve pods now: ${refusal.reason}`,
    details: 'the agent tries again; evioctl status shows what is missing',
  }),
  'queue-unreadable': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `the queued DEL "${refusal.path}" of this attachment cannot be read or removed: ${refusal.reason}`,
    details: 'nothing was added; is the disk there and writable?',
  }),
  'folder-busy': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `the addresses in "${refusal.path}" are locked by another program`,
    details: 'nothing was changed; does a host-local hang? lsof on the file lock in that folder names it',
  }),
  'folder-failed': (refusal) => ({
    code: codes.io,
    msg: `the file of an address "${refusal.path}" cannot be read or written: ${refusal.reason}`,
    details: 'does evio-agent see this folder of the host, and is there room? it is "dataDir" of "ipam"',
  }),
  'not-ready': (refusal) => ({
    code: refusal.limited ? codes.limited : codes.notAvailable,
    msg: list(refusal.reasons, '; '),
    details: 'evioctl status shows what is missing',
  }),
  'not-collected': (refusal) => ({
    code: codes.io,
    msg: `${refusal.left.length} of ${refusal.of} attachments could not be deleted: ${list(
      refusal.left.map(({ attachment, reason }) => `${attachment}: ${reason}`),
      '; ',
    )}`,
    details: 'the others were deleted; these keep their addresses until a later GC or DEL can delete them',
  }),
  'unknown-protocol': ({ asked, served }) => ({
    code: codes.tryAgainLater,
    msg: `the plugin speaks protocol ${asked}, and evio-agent understands ${served.join(' and ')}`,
    details:
      asked > Math.max(...served)
        ? 'the agent is the older one: upgrade evio-agent on this node'
        : "the plugin is the older one: install the agent's own with evio-config-gen --plugin",
  }),
  'wrong-protocol': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `the agent does not understand the request: ${list(refusal.keys)}`,
    details: `it speaks protocol ${refusal.protocol}; plugin and agent must be of releases that share it`,
  }),
  differs: (refusal) => ({
    code: codes.io,
    msg: list(refusal.differences),
    details: 'the pod is not as it was added; delete it and let it be made again',
  }),
};
