/** What a person sees while evio-config-gen works: a line for each step, warnings by name. */
export type Progress = {
  readonly step: (text: string) => void;
  readonly warn: (name: string, text: string, remedy: string) => void;
};
