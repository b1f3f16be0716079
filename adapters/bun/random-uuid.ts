/** A random UUID (RFC 9562 version 4) from the web's own generator, which is there without loading anything. */
export const randomUuid = (): string => crypto.randomUUID();
