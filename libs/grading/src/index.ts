export { ActionFailed, performActions, type Acted, type Acting } from './actions/perform-actions';
export { bundleHash } from './bundle/hash';
export { labReference, type Lab, type LabFiles, type LabReading } from './bundle/lab';
export { koreanPath } from './bundle/lab-problems';
export { readLab } from './bundle/read-lab';
export { LAB_USER, STUDENT_USER } from './cluster/kube';
export { lookAt, waitFor } from './conditions/condition';
export type { Looking, Outcome } from './conditions/outcome';
export {
  gradeCluster,
  gradeInstance,
  gradeManifests,
  type ClusterSubmission,
  type GradeOptions,
} from './grade/grade';
export { predictedAnswer } from './grade/predictions';
export { rightChoices } from './grade/quiz';
export { beginLab, labClusterConfig, startLab } from './grade/start-lab';
export { verifyLab, type VerifyOptions, type VerifyProblem } from './verify/verify-lab';
export { instantiate, instantiateVariant, type LabInstance } from './instance/instance';
