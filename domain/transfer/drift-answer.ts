/** One thing that is otherwise than the log says. */
export type Difference = {
  readonly part: 'attachment' | 'link' | 'port' | 'flows' | 'gateway' | 'setting' | 'rules' | 'cni';
  /** Which one: an attachment's key, a link's, port's or file's name, a setting's path. */
  readonly name: string;
  readonly difference: string;
  /** What a reconciliation does about it; absent where nobody but the runtime or an operator can. */
  readonly change?: string;
};

/** `GET /v1/drift`. */
export type DriftAnswer = { readonly drift: ReadonlyArray<Difference> };

/** `POST /v1/reconcile`: what there was, and what is left behind it; the same where nothing was to be done. */
export type ReconcileAnswer = {
  readonly dryRun: boolean;
  readonly found: ReadonlyArray<Difference>;
  readonly left: ReadonlyArray<Difference>;
};
