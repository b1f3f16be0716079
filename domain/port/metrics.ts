/** One thing that is counted or measured, under the name by which Prometheus knows it. Durations are in seconds. */
export type Metric = {
  readonly name: string;
  /** What happens is recorded into counters and histograms; gauges are read when somebody asks. */
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: ReadonlyArray<string>;
};

export type MetricTable = Readonly<Record<string, Metric>>;

type LabelsOf<Table extends MetricTable, Name extends keyof Table> = Readonly<
  Record<Table[Name]['labels'][number], string>
>;

/** The value of a gauge now, for one set of labels. */
export type Reading<Table extends MetricTable> = {
  readonly [Name in keyof Table]: {
    readonly of: Name;
    readonly value: number;
    readonly labels: LabelsOf<Table, Name>;
  };
}[keyof Table];

/** What happened since the process began, by the metrics of one table. Recording takes about a microsecond and never fails. */
export type Metrics<Table extends MetricTable> = {
  /** Adds to a counter, or observes into a histogram. */
  readonly record: <Name extends keyof Table>(
    name: Name,
    value: number,
    labels: LabelsOf<Table, Name>,
  ) => void;
  /** All of it, beside the readings given, in Prometheus's text format 0.0.4. A gauge without a reading is not there. */
  readonly exposition: (readings: ReadonlyArray<Reading<Table>>) => Promise<string>;
};
