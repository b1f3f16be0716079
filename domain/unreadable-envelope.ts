export type UnreadableEnvelope = {
  readonly type: 'unreadable-envelope';
  readonly id: string;
  readonly reason: string;
};
