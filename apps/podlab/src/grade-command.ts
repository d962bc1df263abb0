import type { Grade } from '@podlab/contracts';
import { gradeManifests, renderGrade } from '@podlab/grading';
import type { GradeCommand } from './command-line';
import { answersAt, labAt, manifestsAt } from './folders';
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
    case 'Manifests':
      return gradeManifests(labAt(lab, labs), manifestsAt(subject.paths), options);
    case 'Kubeconfig':
      return gradeRealCluster(labAt(lab, labs), subject, options);
    case 'Cluster':
      throw new Error('a cluster is graded where it is');
  }
}

/** The grade in the format that is wanted. Throws GradeIncomplete. */
export function textOf(grade: Grade, { format, language, showHidden }: GradeCommand): string {
  return renderGrade(grade, format, { language, showHidden });
}
