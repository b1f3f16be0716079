import { version } from './message.ts';

/** The body of an `ofp_hello` whose one element says which versions we speak (section 7.5.1): this one, and no other. */
export const hello = (): Buffer => {
  const element = Buffer.alloc(8);
  element.writeUInt16BE(1, 0);
  element.writeUInt16BE(element.length, 2);
  element.writeUInt32BE(1 << version, 4);
  return element;
};
