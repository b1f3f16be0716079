import type { AddressConflict, HostFailure } from '../../host/failure.ts';
import { rangeText } from '../../ip/address-range.ts';
import { codes } from '../error.ts';
import { poolWords } from './pool.ts';
import { list, type WordsFor } from './words.ts';

const conflictWords = (conflict: AddressConflict): string => {
  switch (conflict.type) {
    case 'outside-lease':
      return `is outside of this node's ${list(conflict.subnets)}`;
    case 'never-given':
      return `is the ${conflict.role} address of its subnet`;
    case 'address-held':
      return `is held by ${conflict.holder}`;
  }
};

/** What the host aggregate refuses. */
export const hostWords: WordsFor<HostFailure> = {
  ...poolWords,
  'no-lease': () => ({
    code: codes.tryAgainLater,
    msg: 'this node has no subnet yet',
    details: 'configure the cluster (evioctl configure) and run evio-config-gen on this node',
  }),
  'lease-fenced': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `this node's lease is being taken back: ${refusal.reason}`,
    details: 'running pods keep their addresses; schedule new ones on another node',
  }),
  'lease-lapsed': ({ ttlSeconds, silentSeconds }) => ({
    code: codes.tryAgainLater,
    msg:
      silentSeconds === undefined
        ? `the ledger has not confirmed this node's lease since the start, and leases have a TTL of ${ttlSeconds} s`
        : `the ledger has not confirmed this node's lease for ${silentSeconds} s, and leases have a TTL of ${ttlSeconds} s`,
    details:
      'running pods keep their addresses; let the node reach its ledger again (evioctl status shows why it does not), and schedule new ones on another node meanwhile',
  }),
  leaving: () => ({
    code: codes.tryAgainLater,
    msg: 'this node is leaving the cluster',
    details: 'running pods keep their addresses; join again with evio-config-gen to take new ones',
  }),
  'subnet-exhausted': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `no address is free in ${list(refusal.subnets)}: all ${refusal.capacity} are held`,
    details: 'delete pods on this node or schedule on another one; evioctl pods shows who holds them',
  }),
  'subnet-awaited': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `no address is free in ${list(refusal.subnets)}: all ${refusal.capacity} are held, and another subnet is asked for (${refusal.subnets.length} of ${refusal.most})`,
    details: 'ask again; when it stays so, evioctl status says why the allocator leases none',
  }),
  'already-attached': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `CNI_CONTAINERID "${refusal.attachment.containerId}" with CNI_IFNAME "${refusal.attachment.ifname}" is attached to network "${refusal.attachment.network}" already and holds ${list(refusal.addresses)}`,
    details: 'the attachment was left as it is; DEL it before adding it again',
  }),
  'attachment-reserved': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `CNI_CONTAINERID "${refusal.attachment.containerId}" with CNI_IFNAME "${refusal.attachment.ifname}": an earlier ADD has not been undone yet`,
    details: 'its link or port could not be removed; the log of evio-agent names the reason',
  }),
  'unknown-attachment': (refusal) => ({
    code: codes.unknownContainer,
    msg: `CNI_CONTAINERID "${refusal.attachment.containerId}" with CNI_IFNAME "${refusal.attachment.ifname}" has no address in network "${refusal.attachment.network}"`,
    details: 'it was never added here, or was deleted since; evioctl log shows its events',
  }),
  'requested-outside': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `requested address "${refusal.address}" is outside of this node's ${list(refusal.subnets)}`,
    details: 'ask for an address inside, or for none',
  }),
  'requested-never-given': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `requested address "${refusal.address}" is the ${refusal.role} address of its subnet`,
    details: 'ask for another address, or for none',
  }),
  'requested-held': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `requested address "${refusal.address}" is held by ${refusal.holder}`,
    details: 'wait until it is deleted, or ask for another address',
  }),
  'requested-outside-ranges': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `requested address "${refusal.address}" is outside of ipRanges ${list(refusal.ranges.map(rangeText))}`,
    details: 'ask for an address inside, or leave it or the ranges out',
  }),
  'ranges-outside': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `ipRanges ${list(refusal.ranges.map(rangeText))} hold no address of this node's ${list(refusal.subnets)}`,
    details:
      "ask for ranges inside of the node's subnet, or for none: the node's lease decides which there are",
  }),
  'ranges-exhausted': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `no address is free in ipRanges ${list(refusal.ranges.map(rangeText))}`,
    details: 'delete pods that hold them, or widen the ranges; evioctl pods shows who holds them',
  }),
  'delegated-not-one-per-family': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `the IPAM plugin "${refusal.plugin}" gave ${refusal.addresses.length === 0 ? 'no address' : list(refusal.addresses)}`,
    details: 'a pod has one address, or one of each family: let "ipam" say so',
  }),
  'delegated-conflict': ({ plugin, address, conflict }) => ({
    msg: `the IPAM plugin "${plugin}" gave ${address}, which ${conflictWords(conflict)}`,
    ...(conflict.type === 'address-held'
      ? {
          code: codes.tryAgainLater,
          details: 'ask again for another one; give the plugin ranges in which nobody else gives addresses',
        }
      : {
          code: codes.invalidNetworkConfig,
          details: 'let what "ipam" gives lie inside of the node\'s subnet; evioctl leases shows it',
        }),
  }),
  'requested-mac-held': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `requested MAC "${refusal.mac}" is held by ${refusal.holder}`,
    details:
      'wait until it is deleted, or ask for another MAC; "mac" in the network configuration is for a network of one pod',
  }),
  'requested-mac-reserved': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `requested MAC "${refusal.mac}" follows from an address that is not the pod's`,
    details: 'ask for a MAC that begins neither with 0a:58 nor with 0e:58, or for none',
  }),
  'readers-too-old': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `minReader "${refusal.minReader}" of the cluster keeps events from being written that programs before generation ${refusal.needed} cannot read`,
    details: `upgrade every node, then evioctl configure with --min-reader ${refusal.needed}`,
  }),
  'era-closed': (refusal) => ({
    code: codes.tryAgainLater,
    msg: `era ${refusal.era} of this node's stream is closed, and the next one is not open yet`,
    details: 'ask again; when it stays so, start evio-agent again: it opens the next era',
  }),
  'import-conflicts': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `${refusal.conflicts.length} conflicts keep the pods from being taken over: ${list(refusal.conflicts.map(({ attachment, address }) => address ?? attachment.containerId))}`,
    details: 'evioctl import with --dry-run says what is wrong with each',
  }),
  'requested-twice': (refusal) => ({
    code: codes.invalidNetworkConfig,
    msg: `requested addresses "${list(refusal.addresses)}" are of one family`,
    details: 'ask for one address per family at most',
  }),
};
