import type { Writer } from '../protobuf/writer.ts';

/** Commit and prepare position, which are one and the same here. */
export const writeBoth = (writer: Writer, position: number): void => {
  writer.number(2, position);
  writer.number(1, position);
};
