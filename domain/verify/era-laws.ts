import { canonicalJson } from '../canonical-json.ts';
import { carried } from '../host/carried-state.ts';
import type { EraClosed, EraOpened, HostEvent } from '../host/events.ts';
import { eraOf } from '../stream.ts';
import { broken, type Found } from './broken.ts';
import { withoutRedacted } from './carried-names.ts';
import type { HostMemory } from './host-memory.ts';
import type { Seen } from './seen.ts';

const headOf = ({ head, lookUp }: HostMemory): HostMemory['head'] =>
  head?.hash === '' ? { ...head, hash: lookUp(head.position)?.hash ?? '' } : head;

const ofEraClosed = (host: HostMemory, { head: named }: EraClosed): Found | undefined => {
  const { state } = host;
  const head = headOf(host);
  const before = `revision ${head?.revision ?? -1} with ${head?.hash ?? 'nothing'}`;
  return head?.revision === named.revision && head.hash === named.hash
    ? undefined
    : broken(
        'era-closed',
        `era ${state.era} closed behind ${before}`,
        `${named.revision} with ${named.hash}`,
      );
};

/** The first key in which what was carried is not what the era before folds to. */
const differing = (host: HostMemory, opened: EraOpened): Found | undefined => {
  const { type: _, era: _era, previous: _previous, ...said } = opened;
  const whole = carried(host.state);
  const folded = withoutRedacted(whole, said);
  const told = withoutRedacted(said, whole);
  for (const key of Object.keys({ ...folded, ...told }) as ReadonlyArray<keyof typeof folded>) {
    const [expected, found] = [folded[key], told[key]].map((value) => canonicalJson(value ?? 'nothing'));
    if (expected !== found && expected !== undefined && found !== undefined)
      return broken('era-opened', `${key} ${expected}`, found);
  }
  return undefined;
};

const ofEraOpened = (
  host: HostMemory,
  { stream, revision }: Seen<HostEvent>,
  event: EraOpened,
): Found | undefined => {
  const { state } = host;
  const head = headOf(host);
  const { previous, era } = event;
  if (host.known && !state.closed)
    return broken('era-opened', `era ${state.era} closed`, `era ${era} opened`);
  if (revision !== 0 || stream !== eraOf(stream, era) || era !== state.era + 1)
    return broken('era-opened', `era ${state.era + 1} at the beginning of its stream`, `era ${era}`);
  const found = `${previous.stream} up to revision ${previous.revision} with ${previous.hash}`;
  if (head?.stream !== previous.stream || head.revision !== previous.revision || head.hash !== previous.hash)
    return broken('era-opened', `${head?.stream} up to revision ${head?.revision} with ${head?.hash}`, found);
  return host.known ? differing(host, event) : undefined;
};

/** What is wrong with where one more event of a life stands, or with how it closes an era or opens the next. */
export const ofEras = (host: HostMemory, recorded: Seen<HostEvent>): Found | undefined => {
  const { event, stream } = recorded;
  if (event.type === 'EraOpened') return ofEraOpened(host, recorded, event);
  const { closed, era } = host.state;
  if (closed && stream === eraOf(stream, era))
    return broken('era-closed', `nothing in ${stream} behind EraClosed`, event.type);
  if (closed || stream !== eraOf(stream, era)) return broken('era-opened', 'EraOpened', event.type);
  return event.type === 'EraClosed' ? ofEraClosed(host, event) : undefined;
};
