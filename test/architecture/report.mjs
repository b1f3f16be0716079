/** Far below what the project has: fewer means that the parser read nothing, and then no rule can be broken. */
const fewest = 20;

/** One broken rule by its name, with the imports that break it. */
const line = ({ rule, from, to, cycle }) => {
  const steps = cycle === undefined ? [to] : cycle.map(({ name }) => name);
  return `${rule.name}: ${[from, ...steps.filter((step) => step !== from || cycle)].join(' → ')}`;
};

/**
 * What `depcruise --output-type plugin:…` prints: each broken rule, then why it is one. Fails as well when next to
 * nothing was read.
 *
 * @param {import('dependency-cruiser').ICruiseResult} result
 */
const report = ({ modules, summary }) => {
  const read = modules.filter(({ source }) => source.endsWith('.ts')).length;
  const comments = new Map(
    (summary.ruleSetUsed?.forbidden ?? []).map(({ name, comment }) => [name, comment]),
  );
  const reasons = new Set(summary.violations.map(({ rule }) => `  ${rule.name}: ${comments.get(rule.name)}`));
  const tooFew = read < fewest ? [`only ${read} TypeScript files were read: the rules were not checked`] : [];
  const output = [
    ...summary.violations.map(line),
    ...(reasons.size === 0 ? [] : ['why:', ...reasons]),
    ...tooFew,
    `${read} files read, ${summary.violations.length} imports against the layer rules`,
  ];
  return {
    output: `${output.join('\n')}\n`,
    exitCode: summary.violations.length + tooFew.length > 0 ? 1 : 0,
  };
};

export default report;
