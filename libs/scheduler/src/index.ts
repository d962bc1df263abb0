export { REMEMBERED_RESULTS } from './result-store';
export type { ResultState, SchedulingResult } from './result-store';
export type { NodeVerdict } from './schedule-one';
export { scheduler, SCHEDULING_RESULTS_PART } from './scheduler';
