import type { RecordedEvent } from '../domain/port/event-store.ts';

type Page = ReadonlyArray<RecordedEvent>;

/** A subscription's pages as somebody else tells them; those of which nothing is left are not told. */
export const changePages = async function* (
  pages: AsyncIterable<Page>,
  change: (page: Page) => Page | Promise<Page>,
): AsyncGenerator<Page, void> {
  for await (const page of pages) {
    const told = await change(page);
    if (told.length > 0) yield told;
  }
};
