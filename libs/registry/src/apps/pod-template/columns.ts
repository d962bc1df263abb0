import type { KubeObject } from '@podlab/apimachinery';
import { formatLabelSelector } from '@podlab/apimachinery';
import type { LabelSelector, PodTemplateSpec } from '@podlab/api';
import type { PrinterColumn } from '@podlab/apiserver';
import { wideColumn } from '../../printing/cells';

export const SELECTOR_DESCRIPTION =
  'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment.';

interface Workload extends KubeObject {
  spec: { selector?: LabelSelector; template?: PodTemplateSpec };
}

/** The containers of a pod template, by `-o wide`. Models layoutContainerCells. */
export const CONTAINER_COLUMNS: readonly PrinterColumn<Workload>[] = [
  wideColumn('Containers', 'Names of each container in the template.', ({ spec }) =>
    (spec.template?.spec?.containers ?? []).map(({ name }) => name).join(','),
  ),
  wideColumn('Images', 'Images referenced by each container in the template.', ({ spec }) =>
    (spec.template?.spec?.containers ?? []).map(({ image = '' }) => image).join(','),
  ),
];

/** What `-o wide` adds to most kinds that have a pod template. */
export const TEMPLATE_COLUMNS: readonly PrinterColumn<Workload>[] = [
  ...CONTAINER_COLUMNS,
  wideColumn('Selector', SELECTOR_DESCRIPTION, ({ spec }) => formatLabelSelector(spec.selector)),
];
