export default {
  files: ['test/**/*.test.ts'],
  extensions: ['ts'],
  // Real processes: a worker thread cannot leave its network namespace without taking the others' with it.
  workerThreads: false,
  concurrency: 2,
  timeout: '2m',
};
