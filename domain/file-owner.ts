/** Of a file or folder: whose it is, and its mode bits. */
export type Owned = Owner & { readonly mode: number };

export type Owner = { readonly uid: number; readonly gid: number };

const anybodyWrites = 0o002;

/**
 * Whose a file is to be that user `self` writes: the owner's of the file that it replaces, else of its folder; so what root changes stays
 * readable for the program that runs as another user. `undefined`: the writer's own, as only root can give a file away, and where anybody may
 * write, anybody may have put the file there.
 */
export const fileOwner = (
  self: number | undefined,
  folder: Owned,
  before: Owned | undefined,
): Owner | undefined => {
  if (self !== 0 || (folder.mode & anybodyWrites) !== 0) return undefined;
  const { uid, gid } = before ?? folder;
  return { uid, gid };
};
