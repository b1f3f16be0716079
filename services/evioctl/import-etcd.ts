import { type Command, InvalidArgumentError } from 'commander';
import { either as E } from 'fp-ts';
import type { Violation } from '../../domain/cluster/violation.ts';
import type { HeldSubnets } from '../../domain/import-source.ts';
import { type IpAddress, parseAddress } from '../../domain/ip/address.ts';
import type { Cidr } from '../../domain/ip/cidr.ts';
import type { FoundPod } from '../../domain/transfer/import-request.ts';
import { ownSubnet, rangesPrefix, subnetsOfOriginal } from '../../domain/transfer/original-range.ts';
import type { Status } from '../agent/status.ts';
import { type AskFailure, ask } from '../ask.ts';
import { progress } from '../progress.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-code.ts';
import {
  addHostLocalOptions,
  askImport,
  findPods,
  type HostLocalOptions,
  printImport,
  withOpen,
} from './import-host-local.ts';
import { refuseFailure } from './on-index.ts';

type EtcdOptions = HostLocalOptions & { readonly dataDir: string; readonly own?: IpAddress };

const address = (text: string): IpAddress => {
  const parsed = parseAddress(text);
  if (E.isRight(parsed)) return parsed.right;
  throw new InvalidArgumentError('an address, such as 10.244.3.2.');
};

/** The allocator answers within milliseconds of the node's request. */
const leasePatienceMs = 10_000;
const lookEveryMs = 100;

/** Joins the cluster with the subnet that this node's pods use already. */
const joinWith = async (
  { agent, timer, clock, terminal }: Context,
  subnet: Cidr,
): Promise<E.Either<AskFailure, undefined>> => {
  const held: HeldSubnets = { subnets: [subnet], from: 'etcd' };
  const joined = await ask<Status>(agent(), 'POST', '/v1/join', { held });
  if (E.isLeft(joined)) return joined;
  const line = progress(terminal(), clock, leasePatienceMs / 1000, 'seconds waited for the lease');
  try {
    for (let waited = 0; waited < leasePatienceMs; waited += lookEveryMs) {
      await timer.sleep(lookEveryMs);
      line.tick(Math.floor(waited / 1000));
      const now = await ask<Status>(agent(), 'GET', '/v1/status');
      if (E.isLeft(now)) return now;
      const { lease, refused } = now.right;
      if (lease !== undefined) return E.right(undefined);
      if (refused !== undefined) return E.left({ type: 'refused', ...refused });
    }
  } finally {
    line.done();
  }
  return E.left({
    type: 'refused',
    msg: `the node asked for ${subnet}, and nobody answered`,
    remedy: 'look what it waits for with evioctl status, then repeat this',
  });
};

type Survey = {
  /** `undefined`: nothing tells which it is, and `violations` say so. */
  readonly own: Cidr | undefined;
  /** Ranges of other nodes. */
  readonly others: ReadonlyArray<Cidr>;
  readonly pods: ReadonlyArray<FoundPod>;
  readonly violations: ReadonlyArray<Violation>;
};

/** What etcd and the node's own files say together; changes nothing. */
const survey = async (
  context: Context,
  endpoint: string,
  options: EtcdOptions,
): Promise<E.Either<AskFailure, Survey>> => {
  const keys = await context.readEtcdKeys(endpoint, rangesPrefix)();
  if (E.isLeft(keys)) {
    const msg = `etcd at ${endpoint} cannot be read: ${keys.left.reason}`;
    return E.left({ type: 'refused', msg, remedy: 'name its URL, such as http://127.0.0.1:2379' });
  }
  const found = await findPods(context, options.dataDir, options);
  if (E.isLeft(found)) return found;
  const { pods } = found.right;
  const { subnets, violations } = subnetsOfOriginal(keys.right);
  const addresses = pods.flatMap((pod) => pod.addresses);
  const own = ownSubnet(subnets, options.own === undefined ? addresses : [options.own, ...addresses]);
  return E.right({
    own: own.subnet,
    others: subnets.filter((subnet) => subnet !== own.subnet),
    pods,
    violations: [...violations, ...found.right.violations, ...own.violations],
  });
};

const othersWords = (others: ReadonlyArray<Cidr>): string =>
  `${others.length} more ranges are in etcd: move their nodes over before new nodes join, for a new one may be leased theirs`;

const importEtcd = async (context: Context, endpoint: string, options: EtcdOptions): Promise<ExitCode> => {
  const terminal = context.terminal();
  const surveyed = await survey(context, endpoint, options);
  if (E.isLeft(surveyed)) return refuseFailure(terminal, surveyed.left);
  const { own, others, pods, violations } = surveyed.right;
  const status = await ask<Status>(context.agent(), 'GET', '/v1/status');
  if (E.isLeft(status)) return refuseFailure(terminal, withOpen(violations, status.left));
  const dryRun = options.dryRun === true;
  const leaseless = status.right.lease === undefined;
  const subnets = own === undefined ? [] : [own];
  const request = { from: 'etcd', pods, ...(leaseless && { subnets }) } as const;

  // Before it joins: with the lease would come a node that can take nothing over.
  if (leaseless) {
    const looked = await askImport(context, { ...request, dryRun: true }, violations);
    if (E.isLeft(looked)) return refuseFailure(terminal, looked.left);
    if (own === undefined || dryRun)
      return printImport(terminal, { ...looked.right, ...(own && { subnet: own }), others });
    const joined = await joinWith(context, own);
    if (E.isLeft(joined)) return refuseFailure(terminal, joined.left);
  }
  const answer = await askImport(context, { ...request, dryRun }, violations);
  if (E.isLeft(answer)) return refuseFailure(terminal, answer.left);
  const done = printImport(terminal, answer.right);
  if (others.length > 0) terminal.err(othersWords(others));
  return done;
};

/** `evioctl import etcd`. */
export const addImportEtcd = (importing: Command, context: Context): void => {
  addHostLocalOptions(
    importing
      .command('etcd')
      .description(
        "a node of the original: its range from etcd's /evpn/ keys, its pods from host-local's files",
      )
      .argument('<endpoint>', "the original's etcd, such as http://10.0.0.1:2379"),
  )
    .option('--data-dir <path>', "host-local's dataDir", '/var/lib/cni/networks')
    .option('--own <address>', "an address of this node's range, where no pod tells it", address)
    .addHelpText(
      'after',
      `
A node without a lease joins the cluster with the range that its pods are in. The agent must run, on the bridge that they
are plugged into, and the cluster be configured with the podCIDR and nodeBits of the original.

Examples:
  evioctl import etcd http://10.0.0.1:2379 --from-network k8s-pod-network --dry-run
  evioctl import etcd http://10.0.0.1:2379 --from-network k8s-pod-network --own 10.244.3.2`,
    )
    .action(async (endpoint: string, options: EtcdOptions) => {
      process.exitCode = await importEtcd(context, endpoint, options);
    });
};
