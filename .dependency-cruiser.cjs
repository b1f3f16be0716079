/** An outside package by its name, wherever npm has put it. */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

/** A node builtin, with or without its prefix. */
const node = (...names) => `^(node:)?(${names.join('|')})$`;

/** Only the folders in `owners` may import `target`: what comes from outside has one door. */
const owned = (name, target, owners, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(domain|adapters|services)/', pathNot: owners },
  to: { path: target },
});

const main = '^services/[^/]+/main\\.ts$';

/** Modules of the plugin's own runtime: they are in no file (adapters/quickjs/modules.d.ts). */
const runtime = '^(quickjs|evio):';

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-domain',
      comment:
        'The domain is pure: it imports itself, fp-ts, io-ts, ip-address and leven, and nothing of node.',
      severity: 'error',
      from: { path: '^domain/' },
      to: { pathNot: ['^domain/', npm('fp-ts', 'io-ts', 'ip-address', 'leven')] },
    },
    {
      name: 'adapters-know-no-service',
      comment: 'An adapter serves a port of the domain; who calls it is not its concern.',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: '^(services|simulator|test|bench|demo|soak)/' },
    },
    {
      name: 'adapters-stand-alone',
      comment:
        'An adapter is one outside thing: it imports the domain and its own folder, no other adapter; how fields lie in bytes is no thing.',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/' },
      to: { path: '^adapters/', pathNot: ['^adapters/$1/', '^adapters/protobuf/'] },
    },
    {
      name: 'only-main-names-adapters',
      comment: 'services/*/main.ts builds the adapters and hands them on as ports.',
      severity: 'error',
      from: { path: '^services/', pathNot: main },
      to: { path: '^adapters/' },
    },
    {
      name: 'main-is-imported-by-nobody',
      comment: 'main.ts wires and runs; what others need of it lies beside it.',
      severity: 'error',
      from: { path: '^(domain|adapters|services)/' },
      to: { path: main },
    },
    {
      name: 'nothing-imports-the-tests',
      comment: 'What runs on a node does not lean on what tests or measures it.',
      severity: 'error',
      from: { path: '^(domain|services)/' },
      to: { path: '^(simulator|test|bench|demo|soak)/' },
    },
    {
      name: 'time-and-chance-come-through-ports',
      comment:
        'Waiting, clocks, random values and digests come through domain/port, so that a simulator can own them.',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: node('timers(/promises)?', 'perf_hooks', 'crypto') },
    },
    owned('koffi-in-kernel', npm('koffi'), '^adapters/kernel/', 'Foreign functions are called in one place.'),
    owned('quickjs-in-quickjs', runtime, '^adapters/quickjs/', 'Only the compiled plugin has these modules.'),
    owned('ip-address-in-ip', npm('ip-address'), '^domain/ip/', 'Addresses are domain/ip’s values.'),
    owned(
      'sqlite-in-sqlite',
      node('sqlite'),
      '^adapters/(sqlite|sqlite-index)/',
      'SQLite’s files have few doors.',
    ),
    owned(
      'esdb-in-esdb',
      npm('@eventstore/db-client', '@grpc/grpc-js', 'google-protobuf'),
      '^adapters/esdb(-server)?/',
      'EventStoreDB’s protocol is spoken in one place as a client, and in one as a server.',
    ),
    owned(
      'http2-in-esdb-server',
      node('http2'),
      '^adapters/esdb-server/grpc/',
      'gRPC is the only thing that we serve over HTTP/2.',
    ),
    owned('pino-in-system', npm('pino'), '^adapters/system/', 'Log lines go through domain/port/log.ts.'),
    owned(
      'prom-client-in-prometheus',
      npm('prom-client'),
      '^adapters/prometheus/',
      'Metrics go through domain/port/metrics.ts.',
    ),
    owned(
      're2js-in-re2',
      npm('re2js'),
      '^adapters/re2/',
      'Patterns of clients come through domain/port/pattern.ts.',
    ),
    owned(
      'leven-in-suggestion',
      npm('leven'),
      '^domain/suggestion\\.ts$',
      'What was meant is found in one place.',
    ),
    owned(
      'commander-at-the-edge',
      npm('commander', '@bomb.sh/tab'),
      [
        '^services/(evioctl|config-gen)/',
        '^services/(agent|ledger)/(main|options)\\.ts$',
        '^services/ledger/(back-up|restore|resume|configure|allocate-command)\\.ts$',
        '^services/(configuration-file|configure-options|listen-address|node-options|read-options)\\.ts$',
      ],
      'Arguments are read where a process begins.',
    ),
    {
      name: 'no-circles',
      comment: 'Two files that import each other are one concept in two files.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports and that imports nothing is left over.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [main, '\\.test\\.ts$', '\\.d\\.ts$', '^(bench|demo)/[^/]+\\.ts$', '^test/architecture/'],
      },
      to: {},
    },
    {
      name: 'no-unresolved',
      comment: 'An import that leads nowhere is judged by no rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: runtime },
    },
    {
      name: 'declared-dependencies',
      comment: 'What runs on a node uses what package.json lists under dependencies.',
      severity: 'error',
      from: { path: '^(domain|adapters|services)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      },
    },
  ],
  options: {
    // TypeScript 7 has no parser that dependency-cruiser can use; without swc it reads nothing and is content. Of `using` its
    // reading of swc's tree knows nothing and ends: so bench/ and soak/, which nobody imports, are not among what is read.
    parser: 'swc',
    // `import type` couples as much as any other import.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
