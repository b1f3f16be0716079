import type { ExecutionContext } from 'ava';
import { openSwitch } from '../../adapters/ovs/open.ts';
import type { Switch } from '../../domain/port/switch.ts';
import { makeNetns, type Netns } from './netns.ts';
import { type Ovs, startOvs } from './ovs.ts';

/** An Open vSwitch without bridges in a namespace of the test's own, and the switch port over it. */
export const makeSwitch = async (
  t: Pick<ExecutionContext, 'teardown'>,
): Promise<{ readonly host: Netns; readonly ovs: Ovs; readonly opened: Switch }> => {
  const host = await makeNetns('port');
  t.teardown(host.remove);
  const ovs = await startOvs(host);
  t.teardown(ovs.stop);
  const opened = openSwitch({ socketPath: ovs.socketPath });
  t.teardown(opened.close);
  return { host, ovs, opened };
};
