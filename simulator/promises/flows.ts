import { cookieOf } from '../../domain/ovs/cookie.ts';
import { podFlows } from '../../domain/ovs/pod-flows.ts';
import { foreignFlow } from '../machine/switch-state.ts';
import type { World } from '../world.ts';

/** A port of ours is never open to what no flow allows; somebody else's flows stay. */
export const checkGuards = ({ ovs, breaks }: World): void => {
  for (const [name, { externalIds, guarded }] of ovs.ports)
    if (externalIds !== undefined && !guarded) breaks('a pod sends only as itself', `${name} is open`);
  if (![...ovs.flows.values()].some(({ cookie }) => cookie === foreignFlow.cookie))
    breaks('only our own is touched', 'the flow that is not ours');
};

/** On a sound machine every attached pod has its flows, for the port number that it has, and no flow is left behind. */
export const checkFlows = ({ ovs, history, losses, breaks }: World): void => {
  const left = new Map(ovs.flows);
  for (const [key, flow] of left) if (flow.cookie === foreignFlow.cookie) left.delete(key);
  for (const [key, attachment] of history.host.attachments) {
    const ofport = ovs.ports.get(attachment.hostIfname)?.ofport;
    for (const flow of ofport === undefined ? [] : podFlows(attachment, ofport)) {
      const place = JSON.stringify([flow.priority, flow.match]);
      const there = left.get(place);
      if (there?.cookie !== flow.cookie || there.output !== flow.output)
        breaks('a pod sends only as itself', `${key} lacks ${place}`);
      left.delete(place);
    }
  }
  // On a log that was lost nobody knows yet what should be there.
  if (losses > 0 && history.host.lease === undefined) return;
  // A port that the log does not know may be a living pod's, and keeps them as long as it is there.
  const plugged = new Set([...ovs.ports.keys()].map(cookieOf));
  for (const [place, { cookie }] of left)
    if (!plugged.has(cookie)) breaks('nothing leaks', `the flow ${place} of nobody`);
};
