/** What the demo has made, and how it is undone. */
export type Removal = {
  /** Undoes something that was made; the last comes first. What is told while everything is removed is undone as well. */
  readonly teardown: (undo: () => unknown) => void;
  /** Makes something that can be removed. What is under way when everything is removed is removed as well. */
  readonly make: <Part extends { readonly remove: () => Promise<void> }>(
    making: () => Promise<Part>,
  ) => Promise<Part>;
  /** Undoes everything; nothing can be made any more. */
  readonly remove: () => Promise<void>;
};

export const makeRemoval = (): Removal => {
  const undone: Array<() => unknown> = [];
  let removing: Promise<void> | undefined;
  const removeAll = async (): Promise<void> => {
    for (let undo = undone.pop(); undo !== undefined; undo = undone.pop()) await undo();
  };
  return {
    teardown: (undo) => {
      undone.push(undo);
      removing = removing?.then(removeAll);
    },
    make: (making) => {
      if (removing !== undefined) throw new Error('everything is being removed');
      const part = making();
      undone.push(() =>
        part.then(
          ({ remove }) => remove(),
          () => undefined,
        ),
      );
      return part;
    },
    remove: () => {
      removing ??= removeAll();
      return removing;
    },
  };
};
