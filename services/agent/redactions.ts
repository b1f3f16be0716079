import type { PayloadRedacted } from '../../domain/audit/events.ts';
import { recordIn } from '../../domain/audit/records.ts';
import { Incarnation } from '../../domain/identity/uuid.ts';
import { auditStream } from '../../domain/stream.ts';
import type { MembershipConfiguration } from './configuration.ts';
import type { MembershipPorts } from './ports.ts';

/** The stream in which this agent records what it does to its own log. */
export const ownAuditStream = (
  { ownLog }: Pick<MembershipPorts, 'ownLog'>,
  { cluster, node }: MembershipConfiguration,
): string => {
  const { logId } = ownLog.identity;
  if (!Incarnation.is(logId))
    throw new Error(`an agent was started on the log ${logId}, whose id is no UUID`);
  return auditStream(cluster, node, logId);
};

/** Every redaction of the own log, in order. */
export const readRedactions = async (
  ports: Pick<MembershipPorts, 'ownLog'>,
  configuration: MembershipConfiguration,
): Promise<ReadonlyArray<PayloadRedacted>> => {
  const records: PayloadRedacted[] = [];
  for await (const event of ports.ownLog.readStream(ownAuditStream(ports, configuration))) {
    const record = recordIn(event);
    if (record !== undefined) records.push(record);
  }
  return records;
};
