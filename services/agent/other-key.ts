import type { Member } from './agent.ts';

/**
 * That the key beside the log is not the one with which this life joined, as when it was lost and made anew: what it signs from then on passes
 * for somebody else's. `undefined` while it is the one, or none is known yet.
 */
export const otherKeyOf = ({
  cluster,
  configuration: { node, publicKey },
  ports,
}: Pick<Member, 'cluster' | 'configuration' | 'ports'>):
  | { readonly msg: string; readonly remedy: string }
  | undefined => {
  const member = cluster.state().members.get(node);
  const { logId } = ports.ownLog.identity;
  if (member === undefined || member.incarnation !== logId || member.publicKey === publicKey)
    return undefined;
  return {
    msg: `the key beside this log is not the one that ${node} joined with: no log vouches for anchors that it signs`,
    remedy:
      'put node.key of the state folder back from a backup and start evio-agent again; where it is lost let the node leave (evioctl leave --drain --watch) and join again (evio-config-gen)',
  };
};
