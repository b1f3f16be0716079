import { type Received, version } from './message.ts';

const bitmapElement = 1;

/** The body of an `ofp_hello` whose one element says which versions we speak (section 7.5.1): this one, and no other. */
export const hello = (): Buffer => {
  const element = Buffer.alloc(8);
  element.writeUInt16BE(bitmapElement, 0);
  element.writeUInt16BE(element.length, 2);
  element.writeUInt32BE(1 << version, 4);
  return element;
};

/** Whether an `ofp_hello` offers our version: by its bitmap, or without one by its header, which means all up to that. */
export const offersOurs = ({ spoken, body }: Received): boolean => {
  for (let at = 0; at + 8 <= body.length; ) {
    const [type, length] = [body.readUInt16BE(at), body.readUInt16BE(at + 2)];
    if (type === bitmapElement && length >= 8) return (body.readUInt32BE(at + 4) & (1 << version)) !== 0;
    // Elements begin at multiples of 8; a length that is none would never end.
    at += Math.max(8, Math.ceil(length / 8) * 8);
  }
  return spoken >= version;
};
