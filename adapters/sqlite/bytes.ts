const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const digest = /^[0-9a-f]{64}$/;

/** Whether the bytes kept for it give back exactly this text. */
export const isUuid = (id: string): boolean => uuid.test(id);
export const isDigest = (hash: string): boolean => digest.test(hash);

export const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** The UUID whose 16 bytes these 32 hexadecimal digits are. */
export const uuidOf = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
