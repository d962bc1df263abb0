import type { KubeObject } from '@podlab/apimachinery';
import { formatLabelSelector } from '@podlab/apimachinery';
import type { LabelSelector, PodTemplateSpec } from '@podlab/api';
import type { PrinterColumn } from '@podlab/apiserver';
import { wideColumn } from '../../printing/cells';

interface Workload extends KubeObject {
  spec: { selector: LabelSelector; template?: PodTemplateSpec };
}

/** What `-o wide` adds to every kind that has a pod template. Models layoutContainerCells. */
export const TEMPLATE_COLUMNS: readonly PrinterColumn<Workload>[] = [
  wideColumn('Containers', 'Names of each container in the template.', ({ spec }) =>
    (spec.template?.spec?.containers ?? []).map(({ name }) => name).join(','),
  ),
  wideColumn('Images', 'Images referenced by each container in the template.', ({ spec }) =>
    (spec.template?.spec?.containers ?? []).map(({ image = '' }) => image).join(','),
  ),
  wideColumn(
    'Selector',
    'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment.',
    ({ spec }) => formatLabelSelector(spec.selector),
  ),
];
