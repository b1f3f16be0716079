import type { Mark } from '../../domain/projection/ownership-span.ts';
import type { AllocationView, MemberView } from '../../domain/projection/ownership-view.ts';
import { podWords } from '../../domain/projection/pod-words.ts';
import type { SubnetRole, WhoHad } from '../../domain/projection/who-had.ts';
import { describeMoment } from '../../domain/time/moment.ts';
import { footer, inZone, type TimeWords } from './past-words.ts';

const proof = ({ time, position, event }: Mark, words: TimeWords): string =>
  `${words(time)} (position ${position}, event ${event})`;

const until = (
  { to, unknownAfter }: Pick<AllocationView, 'to' | 'unknownAfter'>,
  words: TimeWords,
): string => {
  if (to !== undefined) return proof(to, words);
  return unknownAfter === undefined ? 'it lasts' : `unknown after ${words(unknownAfter)}`;
};

const choiceWords = (choice: AllocationView['addresses'][number]['choice']): string =>
  choice.by === 'policy' ? `policy ${choice.policy}` : Object.values(choice).join(' ');

/** What is not known is not said: the attachment of another plugin has a MAC of that plugin's. */
const netnsWords = ({ netns, mac }: AllocationView): string =>
  [netns === '' ? 'not known' : netns, ...(mac === '' ? [] : [`mac ${mac}`])].join(', ');

const holderLines = (view: AllocationView, words: TimeWords): ReadonlyArray<string> => {
  const { pod, containerId, ifname, network, node, incarnation, from, reason, addresses } = view;
  const name = podWords(view, 'a pod without a name');
  return [
    `${name}${pod?.uid === undefined ? '' : ` (uid ${pod.uid})`}  ${view.status}`,
    `  node       ${node} (incarnation ${incarnation})`,
    `  container  ${containerId}, ${ifname} in ${network}`,
    `  addresses  ${addresses.map(({ address, choice }) => `${address} (${choiceWords(choice)})`).join(', ')}`,
    `  netns      ${netnsWords(view)}`,
    `  from       ${proof(from, words)}`,
    `  to         ${until(view, words)}${reason === undefined ? '' : `: ${reason}`}`,
    `  clock      ${view.clock}${view.clockWentBack === undefined ? '' : '; it went back meanwhile: order is by revision'}`,
  ];
};

const subnetLine = (subnet: SubnetRole, words: TimeWords): string => {
  const what = { member: 'in subnet', gateway: 'gateway of subnet', network: 'network address of subnet' };
  return `${what[subnet.role]} ${subnet.subnet} of ${subnet.node}, ${subnet.status} from ${proof(subnet.from, words)} to ${until(subnet, words)}`;
};

const nodeLine = (member: MemberView, words: TimeWords): string =>
  `host address of ${member.node} from ${proof(member.from, words)} to ${until(member, words)}`;

const nobody = ({ known, subnets }: WhoHad): string => {
  const lacking = known.filter(({ complete }) => !complete).map(({ of }) => of);
  const as = lacking.length === 0 ? '' : `, as far as is known: see ${lacking.join(', ')} below`;
  return subnets.length === 0 ? `no pod held it, and no node its subnet${as}` : `no pod held it${as}`;
};

/** The whole answer for people, in the reader's zone. */
export const whoHadWords = (answer: WhoHad, zone: string): string => {
  const words = inZone(zone);
  const { from, to } = answer.asked;
  const [first, last] = [from, to].map((time) => describeMoment(Date.parse(time), zone));
  return [
    `${answer.address} ${from === to ? `at ${first}` : `between ${first} and ${last}`}`,
    '',
    ...(answer.holders.length === 0
      ? answer.nodes.length === 0
        ? [nobody(answer)]
        : []
      : answer.holders.flatMap((holder) => holderLines(holder, words))),
    ...answer.nodes.map((member) => nodeLine(member, words)),
    ...answer.subnets.map((subnet) => subnetLine(subnet, words)),
    '',
    ...footer(answer, words),
  ].join('\n');
};
