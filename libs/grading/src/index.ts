export { ActionFailed, performActions, type Acted, type Acting } from './actions/perform-actions';
export { bundleHash } from './bundle/hash';
export { labReference, type Lab, type LabFiles, type LabReading } from './bundle/lab';
export { readLab } from './bundle/read-lab';
export { LAB_USER, STUDENT_USER } from './cluster/kube';
export { conditionsHold, lookAt, waitFor } from './conditions/condition';
export type { Looking, Outcome } from './conditions/outcome';
export {
  gradeCluster,
  gradeInstance,
  gradeManifests,
  Grader,
  type ClusterSubmission,
  type GradeOptions,
} from './grade/grade';
export { itemPoints, stepPoints } from './grade/points';
export { judgePrediction, predictedAnswer } from './grade/predictions';
export { itemsOf, pointsOf, worthOf, type Item } from './grade/points';
export { judgeQuiz, rightChoices } from './grade/quiz';
export { beginLab, labClusterConfig, startLab } from './grade/start-lab';
export { verifyLab, type VerifyOptions, type VerifyProblem } from './verify/verify-lab';
export { instantiate, instantiateVariant, koreanPath, stepText, type LabInstance } from './instance/instance';
export { GradeIncomplete } from './reports/classroom50';
export { csvCell } from './reports/csv';
export { forStudent } from './reports/for-student';
export { GRADE_MEDIA_TYPES, renderGrade, type RenderOptions } from './reports/render-grade';
