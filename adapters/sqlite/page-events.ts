/**
 * Events of a page that a reader of a whole log is given. A statement's rows at once take half the time of one after the other, and hundreds
 * as little as thousands; but all of a page lives until the next one, and what lives V8 copies at every sweep of what is young: with
 * pages of a thousand events, a megabyte and a half, that was a fifth of following a log's chains.
 */
export const pageEvents = 200;
