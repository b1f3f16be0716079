import { either as E } from 'fp-ts';
import { type Refusal, toCniError } from '../../domain/cni/refusal.ts';
import { type Adoption, adoptionOf, type LeftAlone } from '../../domain/host/adopt.ts';
import { describeLeftAlone } from '../../domain/host/adopt-words.ts';
import { attachmentKey } from '../../domain/host/attachment.ts';
import type { OwnLink } from '../../domain/port/kernel.ts';
import { attachmentFields, knownFields } from './log-fields.ts';
import type { AgentPorts, Host } from './ports.ts';
import { takeOver } from './take-over.ts';
import type { Turns } from './turns.ts';

/** The same again with what is live behind the turns: a DEL may have come first. */
const stillAdoptable = async (
  { kernel, switch: ovs }: Pick<AgentPorts, 'kernel' | 'switch'>,
  host: Host,
  { pods }: Adoption,
): Promise<E.Either<Refusal, Adoption>> => {
  const links = await kernel.ownLinks()();
  if (E.isLeft(links)) return links;
  const seen = await ovs.ports()();
  if (E.isLeft(seen)) return seen;
  const wanted = new Set(pods.map(({ hostIfname }) => hostIfname));
  const { attachments } = host.state();
  return E.right(
    adoptionOf(
      host.state(),
      links.right.filter(({ name, alias }) => wanted.has(name) && !attachments.has(alias)),
      seen.right,
    ),
  );
};

const importAll = async (
  ports: Pick<AgentPorts, 'ids' | 'log' | 'metrics'>,
  host: Host,
  { pods, left }: Adoption,
): Promise<E.Either<Refusal, ReadonlyArray<LeftAlone>>> => {
  if (pods.length === 0) return E.right(left);
  const adopted = await takeOver(ports, host, 'agent', 'adoption', pods);
  if (E.isLeft(adopted)) return adopted;
  ports.metrics?.record('repairs', pods.length, { what: 'pod-adopted' });
  const { attachments } = host.state();
  for (const pod of pods) {
    const known = attachments.get(attachmentKey(pod));
    const fields = known === undefined ? attachmentFields(pod) : knownFields(ports.ids, known);
    ports.log.info('a live pod that the log did not know was adopted: was it lost?', fields);
  }
  return E.right(left);
};

/**
 * Takes live links of ours that the log does not know into it, by their marks: after a lost log their pods keep their addresses, and
 * their DEL frees them. Gives what is left alone, in words; the pods of these may hold any address, so they stop new ones.
 * Nothing of theirs is touched. It has the turns of all whom it adopts, and looks once more when it has them.
 */
export const adoptLinks = async (
  ports: AgentPorts,
  host: Host,
  turns: Turns,
  unknown: ReadonlyArray<OwnLink>,
): Promise<E.Either<Refusal, ReadonlyArray<string>>> => {
  if (unknown.length === 0) return E.right([]);
  const seen = await ports.switch.ports()();
  if (E.isLeft(seen)) return seen;
  const planned = adoptionOf(host.state(), unknown, seen.right);
  if (planned.pods.length === 0) return E.right(planned.left.map(describeLeftAlone));
  const leftThen = await turns.takeAll(planned.pods.map(attachmentKey), async () => {
    const now = await stillAdoptable(ports, host, planned);
    return E.isLeft(now) ? now : importAll(ports, host, now.right);
  });
  if (E.isRight(leftThen)) return E.right([...planned.left, ...leftThen.right].map(describeLeftAlone));
  const { msg, details } = toCniError(leftThen.left);
  const failed = { pods: planned.pods.map(attachmentFields), failure: leftThen.left, remedy: details };
  ports.log.error('live pods could not be adopted; it is tried again', failed);
  return E.right([
    ...planned.left.map(describeLeftAlone),
    // The remedy first: an answer to ADD has no room for all.
    ...planned.pods.map((pod) => `${pod.hostIfname} (${attachmentKey(pod)}): ${details}: ${msg}`),
  ]);
};
