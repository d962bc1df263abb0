import type { PodTemplate } from '@podlab/api';
import { Path, type FieldError } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { validatePodTemplate } from '../../apps/pod-template/validation';
import { isNews } from '../../apps/pod-template/warnings';
import { formatLabels, NAME_COLUMN, textColumn } from '../../printing/cells';
import { defaultPodSpec } from '../pod/defaults';
import { podTemplateWarnings } from '../pod/warnings';

/** Models k8s.io/kubernetes pkg/registry/core/podtemplate strategy: kept and shown, made into pods by nobody. */
export const podTemplateStrategy: Strategy<PodTemplate> = {
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  resource: 'podtemplates',
  singular: 'podtemplate',
  namespaced: true,
  hasGeneration: true,
  columns: [
    NAME_COLUMN,
    textColumn('Containers', 'Names of each container in the template.', ({ template }) =>
      (template?.spec?.containers ?? []).map(({ name }) => name).join(','),
    ),
    textColumn('Images', 'Images referenced by each container in the template.', ({ template }) =>
      (template?.spec?.containers ?? []).map(({ image = '' }) => image).join(','),
    ),
    textColumn('Pod Labels', 'The labels for the pod template.', ({ template }) =>
      formatLabels(template?.metadata?.labels),
    ),
  ],
  defaults(draft) {
    draft.template ??= {};
    draft.template.spec = defaultPodSpec(draft.template.spec);
  },
  validate,
  validateUpdate: validate,
  warnings: (object, old) =>
    isNews(object, old) ? podTemplateWarnings(object.template ?? {}, Path.of('template')) : [],
};

/** Models pkg/apis/core/validation ValidatePodTemplate. */
function validate({ template = {} }: PodTemplate): FieldError[] {
  return validatePodTemplate(template, Path.of('template'));
}
