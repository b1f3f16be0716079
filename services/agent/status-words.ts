import type { Agent } from './agent.ts';
import { reasonsNow } from './reasons.ts';
import { upgradeOf } from './upgrade.ts';

/** How the agent fares, in the line that `systemctl status` shows. */
export const statusWords = (agent: Agent): string => {
  const reasons = reasonsNow(agent);
  const pods = `${agent.host.state().attachments.size} attachments`;
  const upgrade = upgradeOf(agent);
  const words = reasons.length === 0 ? `serving, ${pods}` : `not ready, ${pods}: ${reasons.join('; ')}`;
  return upgrade === undefined ? words : `${words}; ${upgrade.msg}: ${upgrade.remedy}`;
};
