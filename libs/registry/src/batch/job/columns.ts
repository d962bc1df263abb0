import type { Job } from '@podlab/api';
import { formatLabelSelector, humanDuration } from '@podlab/apimachinery';
import type { PrinterColumn } from '@podlab/apiserver';
import { parseRfc3339 } from '@podlab/kernel';
import { CONTAINER_COLUMNS, SELECTOR_DESCRIPTION } from '../../apps/pod-template/columns';
import { AGE_COLUMN, NAME_COLUMN, textColumn, wideColumn } from '../../printing/cells';

/** Models pkg/printers/internalversion printJob. */
export const JOB_COLUMNS: readonly PrinterColumn<Job>[] = [
  NAME_COLUMN,
  textColumn('Status', 'Status of the job.', statusCell),
  textColumn(
    'Completions',
    'Completions specifies the desired number of successfully finished pods the job should be run with.',
    completionsCell,
  ),
  textColumn('Duration', 'Time required to complete the job.', durationCell),
  AGE_COLUMN,
  ...CONTAINER_COLUMNS,
  wideColumn('Selector', SELECTOR_DESCRIPTION, ({ spec }) => formatLabelSelector(spec.selector)),
];

function statusCell({ metadata, status }: Job): string {
  const holds = (type: string) =>
    !!status?.conditions?.some((condition) => condition.type === type && condition.status === 'True');
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  const other = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds);
  return other ?? 'Running';
}

function completionsCell({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationCell({ status }: Job, now: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? parseRfc3339(status.completionTime) : now;
  return humanDuration(end - parseRfc3339(status.startTime));
}
