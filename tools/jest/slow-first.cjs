// The order of suites: those that take longest begin first, so that none of them is alone at the end. Jest knows how long
// each took from the run before; on a fresh clone it knows nothing, and this list stands in.
const { default: Sequencer } = require('@jest/test-sequencer');

/** The longest first: as they were found, in seconds, on two quiet cores. */
const SLOW = [
  'libs/cluster/src/determinism.spec.ts',
  'apps/web-e2e/src/lesson.spec.ts',
  'apps/web-e2e/src/accessibility.spec.ts',
  'apps/simctl/src/determinism.spec.ts',
  'apps/web-e2e/src/student.spec.ts',
  'libs/grading/src/grade/grade.spec.ts',
  'apps/api-e2e/src/durability.spec.ts',
  'apps/api-e2e/src/verbs.spec.ts',
  'apps/api-e2e/src/hostile-class.spec.ts',
  'apps/web-e2e/src/teacher.spec.ts',
  'apps/api-e2e/src/streams.spec.ts',
  'libs/cluster/src/packet-flow/properties.spec.ts',
  'apps/api-e2e/src/recorded-session.spec.ts',
  'libs/cluster/src/fuzz.property.spec.ts',
  'libs/cluster/src/diagnosis/random.spec.ts',
  'libs/cluster/src/diagnosis.spec.ts',
  'apps/web-e2e/src/panels.spec.ts',
  'apps/web-e2e/src/mend.spec.ts',
  'apps/api-e2e/src/authorization.spec.ts',
  'apps/api-e2e/src/rights.spec.ts',
  'apps/api-e2e/src/class-of-thirty.spec.ts',
  'apps/api-e2e/src/wall.spec.ts',
  'apps/api-e2e/src/fuzz.spec.ts',
  'tools/typecheck/typecheck.spec.mjs',
  'tools/generators/kind.spec.mjs',
  'libs/kube-proxy/src/rules.spec.ts',
  'libs/network-policy/src/brute-force.spec.ts',
  'libs/grading/src/expression/expression.spec.ts',
  'libs/grading/src/verify/labs.spec.ts',
  'tools/tidy/tidy.spec.mjs',
];

/** What takes an unknown time goes by the list, and behind the list in Jest's own order: large files first. */
function expected({ path, duration }) {
  const rank = SLOW.findIndex((name) => path.endsWith(`/${name}`));
  return duration ?? (rank === -1 ? 0 : SLOW_MS * (SLOW.length - rank));
}

const SLOW_MS = 10_000;

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isKnown = tests.every(({ duration }) => duration !== undefined);
    return isKnown ? sorted : sorted.sort((one, other) => expected(other) - expected(one));
  }
};
