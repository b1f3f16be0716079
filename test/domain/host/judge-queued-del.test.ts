import test from 'ava';
import { type Judgement, judgeQueuedDel } from '../../../domain/host/judge-queued-del.ts';

const boot = 'f70c6ceb-c4e8-4788-b198-8d586935c31e';
const path = '/run/netns/c1';
const seen = { device: 4, inode: 7 };
const held = { netns: { path, ...seen } };

const means = (
  title: string,
  del: Parameters<typeof judgeQueuedDel>[0],
  attachment: Parameters<typeof judgeQueuedDel>[1],
  judgement: Judgement,
): void =>
  test(title, (t) => {
    t.is(judgeQueuedDel(del, attachment, boot), judgement);
  });

const saw = { bootId: boot, netns: { path, seen } };

means('the very namespace that it saw is meant', saw, held, 'apply');
means('where nothing is held there is nothing to spare', saw, undefined, 'apply');
means('without a namespace the order has decided', { bootId: boot }, held, 'apply');
means('what it meant ended with its boot', { ...saw, bootId: 'another' }, held, 'other-boot');
means('and nothing is held from before a boot', { ...saw, bootId: 'another' }, undefined, 'other-boot');
for (const [what, netns] of [
  ['another namespace under the same path', { path, seen: { device: 4, inode: 8 } }],
  ['the same number of another device', { path, seen: { device: 5, inode: 7 } }],
  ['another path to the same number, which the kernel gives again', { path: '/run/netns/old', seen }],
  ['nothing under its path', { path }],
] as const)
  means(`it saw ${what}: a live pod is spared`, { bootId: boot, netns }, held, 'unless-alive');
