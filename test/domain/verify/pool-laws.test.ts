import test from 'ava';
import type { HostEvent } from '../../../domain/host/events.ts';
import type { Law } from '../../../domain/verify/fault.ts';
import { addressesAllocated, addressesReleased, ip, lanRanges } from '../../support/events.ts';
import { started } from '../../support/host.ts';
import { written } from '../../support/logged.ts';
import { host, imported, requested, verify } from '../../support/told-history.ts';

const beginning = [
  started,
  { type: 'PoolConfigured', network: 'lan', ranges: lanRanges } as const,
  addressesAllocated('c1', '10.1.2.2'),
];

const breachOf = (...events: ReadonlyArray<HostEvent>) => {
  const { fault, breach } = verify(written(...[...beginning, ...events].map((event) => host(event))));
  if (fault !== undefined) throw new Error(JSON.stringify(fault));
  return breach;
};

const chosen = (address: string, choice: object) => ({
  addresses: [
    { address: ip(address), set: 0, choice: { by: 'policy', policy: 'round-robin/1', ...choice } as const },
  ],
});

test('what the pool’s order says, what was asked for and what was taken over holds', (t) => {
  t.is(
    breachOf(
      addressesAllocated('c2', '10.1.2.3'),
      addressesAllocated('c3', '10.1.2.5', { addresses: [{ ...requested('10.1.2.5'), set: 0 }] }),
      addressesReleased('c2', '10.1.2.3'),
      addressesAllocated('c4', '10.1.2.6'),
      // Taken over from before the ranges were these.
      addressesAllocated('c5', '10.9.9.9', { addresses: [imported('10.9.9.9')] }),
      addressesAllocated(
        'c6',
        '10.1.2.4',
        chosen('10.1.2.4', { after: ip('10.1.2.2'), passedOver: [ip('10.1.2.3')] }),
      ),
    ),
    undefined,
  );
});

const breaches: ReadonlyArray<readonly [string, Law, HostEvent]> = [
  ['an address out of turn', 'address-choice', addressesAllocated('c2', '10.1.2.4')],
  [
    'the gateway',
    'address-choice',
    addressesAllocated('c2', '10.1.2.1', { addresses: [{ ...requested('10.1.2.1'), set: 0 }] }),
  ],
  [
    'an address outside',
    'address-choice',
    addressesAllocated('c2', '10.9.9.9', { addresses: [{ ...requested('10.9.9.9'), set: 0 }] }),
  ],
  [
    'of a set that is not',
    'address-choice',
    addressesAllocated('c2', '10.1.2.3', { addresses: [{ ...requested('10.1.2.3'), set: 1 }] }),
  ],
  ['of a network without ranges', 'address-choice', addressesAllocated('c2', '10.1.2.3', { network: 'wan' })],
  [
    'another’s address',
    'address-once',
    addressesAllocated('c2', '10.1.2.2', { addresses: [imported('10.1.2.2')] }),
  ],
  ['twice', 'attachment-once', addressesAllocated('c1', '10.1.2.3')],
  ['free of what was never given', 'attachment-known', addressesReleased('c2', '10.1.2.3')],
  ['free of another address', 'attachment-known', addressesReleased('c1', '10.1.2.3')],
];
for (const [what, law, event] of breaches)
  test(`${law}: ${what}`, (t) => {
    t.is(breachOf(event)?.law, law);
  });
