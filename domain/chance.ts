/** A number from 0 up to 1 that follows from a random UUID: as evenly spread as those are. */
export const chanceOf = (uuid: string): number => Number.parseInt(uuid.slice(0, 8), 16) / 2 ** 32;
