import type { taskEither as TE } from 'fp-ts';
import type { AgentMetrics } from './metric-table.ts';
import type { AgentPorts } from './ports.ts';

/**
 * The same ports, each call of which that an ADD, a DEL or a repair consists of tells how long it took: so nothing that uses them need
 * know of it. Steps overlap: the pair's two ends, the port and the flush of the log are under way together. A call that fails counts too.
 */
export const measuredPorts = (ports: AgentPorts, metrics: AgentMetrics): AgentPorts => {
  const { clock, ownLog, kernel, switch: ovs, flows } = ports;
  const measured =
    <Arguments extends ReadonlyArray<unknown>, Failure, A>(
      step: string,
      call: (...given: Arguments) => TE.TaskEither<Failure, A>,
    ) =>
    (...given: Arguments): TE.TaskEither<Failure, A> =>
    async () => {
      const startedMs = clock.monotonicMs();
      const done = await call(...given)();
      metrics.record('stepSeconds', (clock.monotonicMs() - startedMs) / 1000, { step });
      return done;
    };
  const log = {
    ...ownLog,
    append: measured('record', ownLog.append),
    flush: measured('flush', ownLog.flush),
  };
  return {
    ...ports,
    metrics,
    ownLog: log,
    clusterLog: ports.clusterLog === ownLog ? log : ports.clusterLog,
    kernel: {
      ...kernel,
      netns: measured('netns', kernel.netns),
      createPair: measured('link', kernel.createPair),
      finishPair: measured('address', kernel.finishPair),
      announcePod: measured('announce', kernel.announcePod),
      detachPod: measured('unlink', kernel.detachPod),
    },
    switch: {
      ...ovs,
      addPort: measured('plug', ovs.addPort),
      removePort: measured('unplug', ovs.removePort),
    },
    flows: { ...flows, change: measured('flows', flows.change) },
  };
};
