export { ActionFailed, performActions, type Acted, type Acting } from './actions/perform-actions';
export { bundleHash } from './bundle/hash';
export { labReference, type Lab, type LabFiles, type LabReading } from './bundle/lab';
export { readLab } from './bundle/read-lab';
export { LAB_USER, STUDENT_USER } from './cluster/kube';
export { conditionsHold, lookAt, waitFor } from './conditions/condition';
export { judgeObjects } from './conditions/object';
export { failed, outcomeOf, passed, type Looking, type Outcome } from './conditions/outcome';
export { judgeRequest } from './conditions/request';
export { plainValue } from './expression/cel-value';
export { Expression } from './expression/expression';
export {
  gradeBy,
  gradeCluster,
  gradeInstance,
  gradeManifests,
  Grader,
  type ClusterSubmission,
  type GradeOptions,
} from './grade/grade';
export { judgePrediction, predictedAnswer, predictedRequest } from './grade/predictions';
export { itemPoints, itemsOf, pointsOf, stepPoints, worthOf, type Item } from './grade/points';
export { judgeQuiz, rightChoices } from './grade/quiz';
export type { Grading, Judge } from './grade/grade-steps';
export { beginLab, labClusterConfig, startLab } from './grade/start-lab';
export { verifyLab, type VerifyOptions, type VerifyProblem } from './verify/verify-lab';
export { instantiate, instantiateVariant, koreanPath, stepText, type LabInstance } from './instance/instance';
export { solutionText } from './instance/solution-text';
export { GradeIncomplete } from './reports/classroom50';
export { csvCell } from './reports/csv';
export { forStudent } from './reports/for-student';
export { GRADE_MEDIA_TYPES, renderGrade, type RenderOptions } from './reports/render-grade';
export { finish, finishData, type TemplateValues } from './instance/template';
export { gradeMessage, type Because, type MessageCode } from './messages';
export { matchesGlob } from './cluster/glob';
export type { KubeJson } from '@podlab/cluster';
