import { either as E } from 'fp-ts';
import type { Refusal } from '../../domain/cni/refusal.ts';
import type { AddRequest } from '../../domain/cni/request.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import { broadcastChange } from '../../domain/ovs/prepared-flows.ts';
import type { AgentConfiguration } from './configuration.ts';
import type { PlugPorts } from './plug-in.ts';
import type { AgentPorts, Host } from './ports.ts';
import type { PreparedPods } from './prepared-pods.ts';
import type { Turns } from './turns.ts';
import { unwire } from './wiring.ts';

/** The flow that all of them share follows those that are left; what is asked for later is done later. */
export const shareBroadcasts = async (
  { flows, log }: Pick<AgentPorts, 'flows' | 'log'>,
  { antiSpoofing }: Pick<AgentConfiguration, 'antiSpoofing'>,
  prepared: PreparedPods,
): Promise<void> => {
  if (!antiSpoofing) return;
  const shared = await flows.change([broadcastChange(prepared.values())])();
  if (E.isLeft(shared))
    log.warn('the flow of DHCP broadcasts is left for the next reconciliation', { failure: shared.left });
};

/** It is an attachment by now, or its interface is being removed. */
export const forget = (
  ports: Pick<AgentPorts, 'flows' | 'log'>,
  configuration: Pick<AgentConfiguration, 'antiSpoofing'>,
  prepared: PreparedPods,
  key: string,
): void => {
  if (prepared.delete(key)) void shareBroadcasts(ports, configuration, prepared);
};

/** The interface is removed, with all that is there for it. What cannot be removed now has its mark, and the reconciliation tries again. */
export const unprepare = async (
  ports: PlugPorts,
  configuration: Pick<AgentConfiguration, 'antiSpoofing'>,
  prepared: PreparedPods,
  key: string,
): Promise<void> => {
  const one = prepared.get(key);
  if (one === undefined) return;
  forget(ports, configuration, prepared, key);
  const removed = await unwire(ports, one.hostIfname);
  if (E.isLeft(removed))
    ports.log.warn('a prepared interface is left for the next reconciliation', {
      attachment: key,
      failure: removed.left,
    });
};

/**
 * Why an ADD cannot go on from what is prepared. One at a time: another run of the plugin would take the interface, and with its end the
 * address, from under the delegate that the first one runs.
 */
export const preparationRefusal = (
  {
    host,
    turns: { prepared },
  }: { readonly host: Pick<Host, 'state'>; readonly turns: Pick<Turns, 'prepared'> },
  { network, containerId, ifname, requestId, throughPod }: AddRequest,
  step: 'admit' | 'add',
): Refusal | undefined => {
  const attachment = { network, containerId, ifname };
  const one = prepared.get(attachmentKey(attachment));
  if (one !== undefined)
    return one.requestId === requestId ? undefined : { type: 'being-prepared', attachment };
  if (throughPod !== true || step === 'admit') return undefined;
  const known = host.state().attachments.get(attachmentKey(attachment));
  const isAnswered = known?.status === 'attached' && known.requestId === requestId;
  return isAnswered ? undefined : { type: 'preparation-lost', attachment };
};
