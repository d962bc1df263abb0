import type { Cluster, LogEntry } from '@podlab/cluster';
import { PODLAB_VERSION, type AppliedDocument, type Grade, type LabAnswers } from '@podlab/contracts';
import type { Lab } from '../bundle/lab';
import { labReference } from '../bundle/lab';
import { applyManifests } from '../cluster/apply';
import { STUDENT_USER } from '../cluster/kube';
import { settle, SETTLE_MS } from '../cluster/settle';
import { instantiate, type LabInstance } from '../instance/instance';
import { clusterJudge, type Graded } from './cluster-judge';
import { gradeSteps, type Grading, type Judge } from './grade-steps';
import { startLab } from './start-lab';

export interface GradeOptions {
  readonly seed: string;
  readonly answers?: Partial<LabAnswers>;
}

/** What is known of a cluster that is graded, beside itself. */
export interface ClusterSubmission {
  readonly answers?: Partial<LabAnswers>;
  /** What the cluster did when a prediction was made, by its name; of others it is looked at now. */
  readonly found?: Readonly<Record<string, string>>;
  /** The log since the lab began, as `onEntry` told it. Without it, checks of what was done can't be run. */
  readonly history?: Iterable<LogEntry>;
  /** The names by which the student writes; unless given, everybody but the lab and the server itself is the student. */
  readonly students?: readonly string[];
  /** Only this step; the grade is of its points alone. */
  readonly step?: string;
  readonly documents?: readonly AppliedDocument[];
}

/** Grades YAML on a fresh cluster at the lab's beginning: the same bytes for the same lab, seed and text. */
export function gradeManifests(lab: Lab, manifests: string, { seed, answers }: GradeOptions): Grade {
  const instance = instantiate(lab, seed);
  return gradeOnto(instance, startLab(instance), manifests, answers);
}

/** Grades many submissions of one lab: a cluster at its beginning is made once a seed, and forked for each. */
export class Grader {
  private readonly begun = new Map<string, { instance: LabInstance; cluster: Cluster }>();

  constructor(
    private readonly lab: Lab,
    private readonly clustersKept = 20,
  ) {}

  /** The same bytes as {@link gradeManifests}. */
  gradeManifests(manifests: string, { seed, answers }: GradeOptions): Grade {
    const { instance, cluster } = this.beginning(seed);
    return gradeOnto(instance, cluster.fork(), manifests, answers);
  }

  private beginning(seed: string): { instance: LabInstance; cluster: Cluster } {
    const there = this.begun.get(seed);
    if (there) return there;
    const instance = instantiate(this.lab, seed);
    const made = { instance, cluster: startLab(instance) };
    if (this.begun.size >= this.clustersKept) {
      const [oldest] = this.begun.keys();
      this.begun.delete(oldest);
    }
    this.begun.set(seed, made);
    return made;
  }
}

/** On a cluster that nobody else has. */
function gradeOnto(
  instance: LabInstance,
  cluster: Cluster,
  manifests: string,
  answers: GradeOptions['answers'],
): Grade {
  const history: LogEntry[] = [];
  cluster.onEntry((entry) => history.push(entry));
  const applying = { user: STUDENT_USER, namespace: instance.document.namespace };
  const documents = applyManifests(cluster, manifests, applying);
  return gradeOwn({ instance, cluster, ...(answers && { answers }), history, documents });
}

/** Grades a cluster as it is: on a fork, so that it is as before afterwards. */
export function gradeCluster(
  lab: Lab,
  cluster: Cluster,
  seed: string,
  submission: ClusterSubmission = {},
): Grade {
  return gradeInstance(instantiate(lab, seed), cluster, submission);
}

/** As {@link gradeCluster}, of a lab whose variant is known. */
export function gradeInstance(instance: LabInstance, cluster: Cluster, submission: ClusterSubmission): Grade {
  return gradeOwn({ instance, ...submission, cluster: cluster.fork() });
}

function gradeOwn(graded: Graded): Grade {
  const { cluster, documents } = graded;
  settle(cluster, SETTLE_MS);
  return { ...gradeBy(graded, clusterJudge(graded)), ...(documents && { documents: [...documents] }) };
}

/** Scores a lab by somebody's judgement: of a real cluster, for one. */
export function gradeBy(grading: Grading, judge: Judge): Grade {
  const { lab, seed, variant } = grading.instance;
  const { steps, checks } = gradeSteps(grading, judge);
  const score = steps.some((step) => step.score === null)
    ? null
    : steps.reduce((sum, step) => sum + Math.round((step.score ?? 0) * 100), 0) / 100;
  return {
    lab: labReference(lab),
    engine: PODLAB_VERSION,
    seed,
    ...(variant && { variant: variant.name }),
    score,
    max: steps.reduce((sum, step) => sum + Math.round(step.max * 100), 0) / 100,
    steps,
    checks,
  };
}
