import test from 'ava';
import type { RedactionTarget, RedactPayloads } from '../../../domain/audit/command.ts';
import { audit } from '../../../domain/audit/decider.ts';
import type { PayloadRedacted } from '../../../domain/audit/events.ts';
import { describeAuditFailure } from '../../../domain/audit/failure.ts';
import { given } from '../../support/given.ts';
import { hostStreamOf } from '../../support/logged.ts';

const target = (position: number, more: Partial<RedactionTarget> = {}): RedactionTarget => ({
  position,
  stream: hostStreamOf('node-1'),
  revision: position - 3,
  id: `00000000-0000-5000-8000-00000000000${position}`,
  redacted: ['pod'],
  remainingHash: 'a'.repeat(64),
  event: 'PodAdded',
  names: ['web-1', 'a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e'],
  ...more,
});

const command = (
  targets: ReadonlyArray<RedactionTarget>,
  more: Partial<RedactPayloads> = {},
): RedactPayloads => ({
  type: 'redact-payloads',
  targets,
  reason: 'request 4711',
  minReader: 3,
  ...more,
});

const redacted = ({ event: _, names: _n, ...of }: RedactionTarget): PayloadRedacted => ({
  type: 'PayloadRedacted',
  ...of,
  reason: 'request 4711',
});

test('each event that is named is redacted by an event of its own', (t) => {
  given(audit, [])
    .when(command([target(6), target(7)]))
    .decides(t, redacted(target(6)), redacted(target(7)));
});

test('what was redacted is passed by: the same again decides nothing, whoever reads along', (t) => {
  given(audit, [redacted(target(6))])
    .when(command([target(6, { redacted: [] }), target(7)]))
    .decides(t, redacted(target(7)));
  given(audit, [redacted(target(6))])
    .when(command([target(6, { redacted: [] })], { minReader: 1 }))
    .decides(t);
});

test('an event that names nobody is refused, and with it all the others', (t) => {
  given(audit, [])
    .when(command([target(6), target(7, { redacted: [], event: 'PodWired' })]))
    .refuses(t, { type: 'nothing-to-redact', position: 7, event: 'PodWired' });
});

test('programs that would take it for an alteration must not read the log any more', (t) => {
  given(audit, [])
    .when(command([target(6)], { minReader: 2 }))
    .refuses(t, { type: 'readers-too-old', minReader: 2, needed: 3 });
});

for (const reason of [
  'web-1 asked for it',
  'of shop/web-1',
  'it was web-1.',
  'uid a1f3c6c2-90cf-4b3e-8f9d-0f0a0b0c0d0e',
])
  test(`a reason that says what is to be forgotten is refused: ${reason}`, (t) => {
    given(audit, [])
      .when(command([target(6)], { reason }))
      .refuses(t, { type: 'reason-names-it', position: 6 });
  });

test('a reason may hold the name as part of another word', (t) => {
  const wanted = command([target(6, { names: ['a'] })], { reason: 'as a-17 says, and web-12' });
  given(audit, [])
    .when(wanted)
    .decides(t, { ...redacted(target(6)), reason: wanted.reason });
});

test('each failure is said in words with what to do', (t) => {
  const causes = [
    'unreadable-record',
    'another-event',
    'payload-altered',
    'not-what-remains',
    'not-what-is-recorded',
  ] as const;
  const said = [
    describeAuditFailure({ type: 'nothing-to-redact', position: 7, event: 'PodWired' }),
    describeAuditFailure({ type: 'reason-names-it', position: 7 }),
    describeAuditFailure({ type: 'readers-too-old', minReader: 2, needed: 3 }),
    ...causes.map((cause) => describeAuditFailure({ type: 'redaction-refused', position: 7, cause })),
  ];
  for (const { msg, remedy } of said) t.true(/position 7|minReader 2/.test(msg) && remedy !== '', msg);
  t.is(new Set(said.map(({ msg }) => msg)).size, said.length);
});
