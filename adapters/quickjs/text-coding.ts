import { TextDecoder, TextEncoder } from 'quickjs:encoding';

/** The runtime has both, but in a module; our code takes them from where every other runtime has them (WHATWG Encoding). */
Object.assign(globalThis, { TextDecoder, TextEncoder });
