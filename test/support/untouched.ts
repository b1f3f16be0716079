import type { TestFn } from 'ava';
import type { Netns } from './netns.ts';
import { reaches, type Scene } from './scene.ts';

/**
 * A file of tests that ask for what nobody should: the first one makes a pod of a network that none of them names, and the last one
 * finds it as it was, and an agent that serves as before.
 */
export const untouched = (test: TestFn, scene: () => Scene) => {
  let neighbour: Netns;
  test.serial('a pod of another network', async (t) => {
    neighbour = await scene().makePod();
    await scene().add(neighbour, { config: { name: 'kept-as-it-is' } });
    t.is((await scene().pods()).length, 1);
  });
  return {
    /** What log, switch and kernel have. */
    traces: async () => ({
      log: (await scene().log()).map(({ hash }) => hash),
      ports: await scene().ports(),
      links: await scene().links(),
    }),
    /** To be called behind the last test. */
    atLast: () =>
      test.serial(
        'after all of this the agent serves as before, and its log knows of no defect',
        async (t) => {
          const { node, makePod, add } = scene();
          t.true(await reaches(neighbour, '10.244.0.1'));
          t.false((await node.agentLog()).includes('a defect'));
          const pod = await makePod();
          await add(pod);
          t.true(await reaches(pod, '10.244.0.1'));
        },
      ),
  };
};

/** Each of them, so many at a time. */
export const eachOf = async <A>(
  all: ReadonlyArray<A>,
  atATime: number,
  attend: (one: A) => Promise<void>,
): Promise<void> => {
  const left = all.values();
  const some = async (): Promise<void> => {
    for (const one of left) await attend(one);
  };
  await Promise.all(Array.from({ length: atATime }, some));
};
