import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { PodWiring } from '../../../domain/port/kernel.ts';
import { attachPod, left, makeGateway, makeHost, makePod, plugIn, right, wiringOf } from './host-and-pods.ts';

type Host = Awaited<ReturnType<typeof makeHost>>;

/** What tcpdump, listening on the host's end, makes of the first three frames of ARP or neighbour advertisement. */
const captured = async (
  { netns }: Host,
  { hostIfname }: PodWiring,
  act: () => Promise<void>,
): Promise<string> => {
  const filter = 'arp or (icmp6 and ip6[40] == 136)';
  const args = ['netns', 'exec', netns.name, 'tcpdump', '-lnvvei', hostIfname, '-c', '3', filter];
  const tcpdump = spawn('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  tcpdump.stdout.on('data', (bytes) => {
    text += bytes;
  });
  await new Promise<void>((resolve) => {
    tcpdump.stderr.on('data', (bytes) => String(bytes).includes('listening on') && resolve());
  });
  await act();
  const timeout = setTimeout(() => tcpdump.kill(), 5000);
  await once(tcpdump, 'close');
  clearTimeout(timeout);
  return text;
};

test('each address is announced once, with the override flag and a correct checksum', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  const wiring = wiringOf(pod);
  await right(attachPod(host.kernel, wiring));
  const text = await captured(host, wiring, () => right(host.kernel.announcePod(wiring)));
  t.regex(
    text,
    /0a:58:0a:f4:00:02 > ff:ff:ff:ff:ff:ff.*Announcement|who-has 10\.244\.0\.2.*tell 10\.244\.0\.2/i,
  );
  t.regex(text, /0a:58:0a:f4:00:02 > 33:33:00:00:00:01/);
  t.regex(text, /\[icmp6 sum ok\].*neighbor advertisement.*tgt is fd00:10:244::2, Flags \[override\]/s);
  t.regex(text, /destination link-address option.*0a:58:0a:f4:00:02/);
});

test('neighbours that knew the addresses under another MAC learn the new one', async (t) => {
  const host = await makeHost(t);
  const pod = await makePod(t);
  await makeGateway(host);
  const wiring = wiringOf(pod);
  await right(attachPod(host.kernel, wiring));
  await plugIn(host, wiring);
  for (const address of wiring.addresses)
    await host.netns.exec(
      'ip',
      'neigh',
      'replace',
      address,
      'lladdr',
      '02:00:00:00:00:09',
      'nud',
      'reachable',
      'dev',
      'evio0',
    );
  const known = () => host.netns.exec('ip', 'neigh', 'show', 'dev', 'evio0');
  t.regex(await known(), /02:00:00:00:00:09/);
  await right(host.kernel.announcePod(wiring));
  for (let n = 0; n < 100 && /02:00:00:00:00:09/.test(await known()); n++) await sleep(20);
  const after = await known();
  t.regex(after, /^10\.244\.0\.2 lladdr 0a:58:0a:f4:00:02/m);
  t.regex(after, /^fd00:10:244::2 lladdr 0a:58:0a:f4:00:02/m);
});

test('an interface that is not in the pod cannot announce', async (t) => {
  const { kernel } = await makeHost(t);
  const pod = await makePod(t);
  t.deepEqual(await left(kernel.announcePod(wiringOf(pod))), { type: 'link-missing', name: 'eth0' });
});
