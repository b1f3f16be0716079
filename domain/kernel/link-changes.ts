import type { Attachment } from '../host/state.ts';
import type { OwnLink } from '../port/kernel.ts';

/** One difference between the links that attached pods should have and those that are there. */
export type LinkChange =
  /** Somebody took it down. */
  | { readonly type: 'raise'; readonly name: string }
  /** It is gone, of this attachment by its key: nobody can bring it back, and its DEL has not come. */
  | { readonly type: 'linkless'; readonly name: string; readonly key: string };

type Held = Pick<Attachment, 'status' | 'hostIfname'>;

/** An attached pod has its link, and it is up. What is in the middle of its ADD or DEL (`busy`) is its business. */
export const linkChanges = (
  attachments: ReadonlyMap<string, Held>,
  links: ReadonlyArray<OwnLink>,
  busy: ReadonlySet<string>,
): ReadonlyArray<LinkChange> => {
  const names = new Set(links.map(({ name }) => name));
  const changes: LinkChange[] = [];
  for (const [key, { status, hostIfname: name }] of attachments)
    if (status === 'attached' && !busy.has(key) && !names.has(name))
      changes.push({ type: 'linkless', name, key });
  for (const { name, alias, up } of links)
    if (!up && attachments.get(alias)?.status === 'attached' && !busy.has(alias))
      changes.push({ type: 'raise', name });
  return changes;
};
