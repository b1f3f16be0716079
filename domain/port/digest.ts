/** SHA-256 of the UTF-8 bytes of a text, as 64 lower-case hexadecimal digits (FIPS 180-4). */
export type Sha256 = (text: string) => string;
