// ava's TAP reporter (8.0.0 to 8.1.2) names the tests that timed out by an error of its own, in which it misses the copy that errors
// from a worker carry, and dies of that: the other files' results would be lost.
Object.defineProperty(Error.prototype, 'originalError', {
  configurable: true,
  get() {
    return this;
  },
  set(value) {
    Object.defineProperty(this, 'originalError', {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  },
});

export default {
  files: ['test/**/*.test.ts'],
  extensions: ['ts'],
  // Real processes: a worker thread cannot leave its network namespace without taking the others' with it.
  workerThreads: false,
  concurrency: 2,
  timeout: '2m',
};
