import type { Grade } from '@podlab/contracts';
import { gradeManifests, renderGrade, type Lab } from '@podlab/grading';
import { DEFAULT_LABS, UsageError, type GradeCommand } from './command-line';
import { answersAt, labAt, manifestsAt } from './folders';
import { leftNames } from './left-names';
import { gradeRealCluster } from './real/grade-real-cluster';
import { gradeAt } from './server';

/** Where nobody names one: as `POST /grade`. */
const DEFAULT_SEED = '1';

/** Grades what the command names. */
export async function gradeOf(command: GradeCommand): Promise<Grade> {
  const { lab, labs, subject, server, seed } = command;
  const answers = command.answers === undefined ? undefined : answersAt(command.answers);
  if (server && subject.kind !== 'Kubeconfig') {
    const submitted = { lab, ...(seed !== undefined && { seed }), ...(answers && { answers }) };
    return subject.kind === 'Cluster'
      ? gradeAt(server, { ...submitted, cluster: subject.id })
      : gradeAt(server, { ...submitted, manifests: manifestsAt(subject.paths) });
  }
  const options = { seed: seed ?? DEFAULT_SEED, ...(answers && { answers }) };
  switch (subject.kind) {
    case 'Manifests': {
      const read = labAt(lab, labs);
      const manifests = manifestsAt(subject.paths);
      requireFilled(command, read, manifests);
      return gradeManifests(read, manifests, options);
    }
    case 'Kubeconfig':
      return gradeRealCluster(labAt(lab, labs), subject, options);
    case 'Cluster':
      throw new Error('a cluster is graded where it is');
  }
}

/** Refuses a lab's own file handed in as it lies there: no points would say nothing of what is wrong. Throws UsageError. */
function requireFilled({ lab, labs, seed }: GradeCommand, read: Lab, manifests: string): void {
  const left = leftNames(read, manifests).map((name) => `\${${name}}`);
  if (left.length === 0) return;
  const solution = `podlab labs solution ${lab} --seed ${seed ?? DEFAULT_SEED}`;
  throw new UsageError(
    `nothing was graded: the manifests still have ${left.join(', ')}, for which each seed of this lab has a value; ` +
      `\`${solution}${labs === DEFAULT_LABS ? '' : ` --labs ${labs}`}\` prints the solution with the values of that seed`,
  );
}

/** The grade in the format that is wanted. Throws GradeIncomplete. */
export function textOf(grade: Grade, { format, language, showHidden }: GradeCommand): string {
  return renderGrade(grade, format, { language, showHidden });
}
