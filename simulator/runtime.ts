import { either as E } from 'fp-ts';
import { queuedDelName, queuedDelText, queuedFolder } from '../domain/cni/queued-del.ts';
import type { AgentAnswer } from '../domain/port/agent-connection.ts';
import { askAgent, type Question, type Unanswered } from '../services/cni-plugin/ask-agent.ts';
import { askOrQueue } from '../services/cni-plugin/ask-or-queue.ts';
import { patienceFor } from '../services/cni-plugin/patience.ts';
import { connect } from './connection.ts';
import { addLent, checkLent, collectLent, delLent } from './lending.ts';
import type { Owner } from './loop.ts';
import { device, removeNetns } from './machine/kernel.ts';
import { openQueueDel } from './machine/queue.ts';
import { openClock, openTimer } from './machine/time.ts';
import { connectionOf } from './program.ts';
import { heardAdd, heardDel } from './promises/answers.ts';
import { ifname, isLent, keyOf, lentNetwork, network, type Sandbox, type Slot } from './slots.ts';
import { bootIdOf, type World } from './world.ts';

const never = new Promise<string>(() => undefined);

type Verb = 'ADD' | 'DEL' | 'CHECK' | 'STATUS' | 'GC';

type Heard = (answer: E.Either<Unanswered, AgentAnswer>, requestId: string) => void;

const questionOf = ({ ids }: World, verb: Verb, own: Readonly<Record<string, unknown>>): Question => {
  const requestId = ids.random();
  return {
    path: `/v1/${verb.toLowerCase()}`,
    requestId,
    body: (attempt) => ({ protocol: 1, requestId, attempt, network, ...own }),
  };
};

const capabilitiesOf = ({ loop, wall }: World, client: Owner) => ({
  clock: openClock(loop, wall),
  timer: openTimer(loop, client),
  termination: never,
});

/** One run of the plugin: the real one's asking, with its patience and its attempts. */
const runPlugin = (
  world: World,
  verb: Exclude<Verb, 'DEL'>,
  client: Owner,
  own: Readonly<Record<string, unknown>>,
  heard: Heard,
): void => {
  const question = questionOf(world, verb, own);
  const connection = connectionOf(world, client);
  void askAgent(capabilitiesOf(world, client), connection, patienceFor(verb), question).then((answer) => {
    if (client.alive) heard(answer, question.requestId);
  });
};

const clientOf = (verb: Verb, { containerId }: Slot): Owner => ({
  alive: true,
  name: `${verb} ${containerId}`,
});

/** Whether the log holds the attachment, or could take it from its link, or the agent is still busy with what a killed plugin asked for it. */
const isKnown = ({ history, life, kernel }: World, slot: Slot): boolean =>
  kernel.links.get(slot.hostIfname)?.alias !== undefined ||
  history.host.attachments.has(keyOf(slot)) ||
  [...(life?.open ?? [])].some(({ client }) => client.name === `ADD ${slot.containerId}`);

/** Kubernetes makes the sandbox first. One operation at a time for each container (CNI spec 1.1.0, Lifecycle & Ordering). */
export const add = (world: World, slot: Slot, requested: ReadonlyArray<string>): boolean => {
  if (slot.plugin !== undefined || world.collecting !== undefined) return false;
  const { containerId, path, belief } = slot;
  // A pod that died is taken down before it is set up again.
  if (belief === 'live' && !world.kernel.netns.has(path)) return false;
  if (!world.kernel.netns.has(path)) world.kernel.netns.set(path, { inode: 1000 + world.steps });
  slot.plugin = clientOf('ADD', slot);
  slot.asked = true;
  const pod = { namespace: 'default', name: containerId };
  const own = { containerId, ifname, netns: path, requestedAddresses: requested, pod };
  const asked = { before: belief, known: isKnown(world, slot), askedAt: world.steps, losses: world.losses };
  if (isLent(slot)) {
    addLent(world, slot, slot.plugin, asked);
    return true;
  }
  runPlugin(world, 'ADD', slot.plugin, own, (answer, requestId) => {
    slot.plugin = undefined;
    heardAdd(world, slot, { requestId, ...asked }, answer);
  });
  return true;
};

export const del = (world: World, slot: Slot, done?: () => void): boolean => {
  if (slot.plugin !== undefined || world.collecting !== undefined) return false;
  const { containerId, path, namesNetns } = slot;
  const { queue, faults, loop, kernel } = world;
  const client = clientOf('DEL', slot);
  slot.plugin = client;
  slot.belief = 'unsure';
  const ended = (): void => {
    if (slot.belief === 'absent') done?.();
  };
  if (isLent(slot)) {
    delLent(world, slot, client, ended);
    return true;
  }
  const inode = kernel.netns.get(path)?.inode;
  const seen = inode === undefined ? {} : { seen: { device, inode } };
  const capabilities = {
    ...capabilitiesOf(world, client),
    queueDel: openQueueDel(queue, faults, loop, client),
    bootId: () => bootIdOf(world),
    loadQueuedDel: async () => ({ queuedDelName, queuedDelText, queuedFolder }),
  };
  const question = questionOf(world, 'DEL', { containerId, ifname, ...(namesNetns ? { netns: path } : {}) });
  void askOrQueue(capabilities, connectionOf(world, client), question, '/var/lib/evio/queue', {
    attachment: { network, containerId, ifname },
    ...(namesNetns ? { netns: { path, ...seen } } : {}),
  }).then((answer) => {
    if (!client.alive) return;
    slot.plugin = undefined;
    heardDel(world, slot, answer);
    ended();
  });
  return true;
};

/** The same container comes back, as podman has it: in a namespace of its own, or in the one that it had. */
export const restart = (world: World, slot: Slot): boolean =>
  slot.belief !== 'absent' &&
  del(world, slot, () => {
    if (world.steps % 2 === 0) removeNetns(world.kernel, slot.path, world.loop.now());
    add(world, slot, []);
  });

export const check = (world: World, slot: Slot, heard: Heard): boolean => {
  if (slot.plugin !== undefined || slot.belief !== 'live') return false;
  const { containerId, path, addresses } = slot;
  slot.plugin = clientOf('CHECK', slot);
  if (isLent(slot)) {
    checkLent(world, slot, slot.plugin, heard);
    return true;
  }
  const expectedAddresses = addresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`);
  const own = { containerId, ifname, netns: path, expectedAddresses };
  runPlugin(world, 'CHECK', slot.plugin, own, (answer, requestId) => {
    slot.plugin = undefined;
    heard(answer, requestId);
  });
  return true;
};

/** What a runtime lists that may have forgotten what it is unsure of. */
export const listed = <Pod extends Sandbox>(pods: ReadonlyArray<Pod>, forgetUnsure: boolean) =>
  pods.filter(({ belief }) => belief === 'live' || (belief === 'unsure' && !forgetUnsure));

/** GC lists every pod of a network that the runtime has. */
export const collect = (world: World, forgetUnsure: boolean, of = network): boolean => {
  const slots = world.slots.filter((slot) => slot.network === of);
  if (world.collecting !== undefined || slots.some(({ plugin }) => plugin !== undefined)) return false;
  const client: Owner = { alive: true, name: 'GC' };
  world.collecting = client;
  const valid = listed(slots, forgetUnsure);
  const done = (): void => {
    world.collecting = undefined;
  };
  if (of === lentNetwork) collectLent(world, client, valid, done);
  else {
    const validAttachments = valid.map(({ containerId }) => ({ containerId, ifname }));
    runPlugin(world, 'GC', client, { validAttachments }, done);
  }
  return true;
};

/** One question without patience, as evioctl asks. */
export const ask = (world: World, method: 'GET' | 'POST', path: string, body?: unknown): boolean => {
  const client: Owner = { alive: true, name: 'evioctl' };
  void connect(world, client)
    .call(method, path, body, 30_000)()
    .then((answer) => {
      if (
        E.isRight(answer) &&
        answer.right.status >= 500 &&
        !/unavailable|conflict/.test(JSON.stringify(answer.right.body))
      )
        world.breaks('no defect', `${path}: ${JSON.stringify(answer.right.body)}`);
    });
  return true;
};

export const status = (world: World): boolean => {
  runPlugin(world, 'STATUS', { alive: true, name: 'STATUS' }, {}, () => undefined);
  return true;
};

/** The runtime gives up its GC, and goes on with what it has to do. */
export const killCollecting = (world: World): boolean => {
  const { collecting } = world;
  if (collecting === undefined) return false;
  world.loop.kill(collecting, false);
  world.collecting = undefined;
  for (const open of world.life?.open ?? []) if (open.client === collecting) open.gone();
  return true;
};

/** The plugin is killed: it asks no more, and the agent sees its connection close. */
export const killPlugin = (world: World, slot: Sandbox): boolean => {
  const { plugin } = slot;
  if (plugin === undefined) return false;
  world.loop.kill(plugin, false);
  slot.plugin = undefined;
  slot.belief = 'unsure';
  for (const open of world.life?.open ?? []) if (open.client === plugin) open.gone();
  return true;
};
