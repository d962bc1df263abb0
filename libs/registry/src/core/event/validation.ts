import type { Event } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { Path, immutable, invalid, qualifiedNameErrors, required } from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';

/** Models pkg/apis/core/validation events.go ReportingInstanceLengthLimit, ActionLengthLimit, ReasonLengthLimit, NoteLengthLimit, in characters. */
const NAME_CHARACTERS = 128;
const NOTE_CHARACTERS = 1024;

const INVOLVED_NAMESPACE = Path.of('involvedObject', 'namespace');

/** What every Event must be. Models pkg/apis/core/validation legacyValidateEvent. */
export function validateEvent(event: Event): FieldError[] {
  return event.eventTime
    ? [...validateNamespace(event, ['default', 'kube-system']), ...validateNew(event)]
    : validateOld(event);
}

/** An Event without eventTime: of the older recorder. */
function validateOld(event: Event): FieldError[] {
  const { namespace = '' } = event.involvedObject;
  if (namespace === '') return validateNamespace(event, ['default']);
  return namespace === event.metadata.namespace ? [] : [otherNamespace(event)];
}

function validateNamespace(event: Event, ofTheCluster: readonly string[]): FieldError[] {
  const { namespace = '' } = event.involvedObject;
  if (namespace !== '' || ofTheCluster.includes(event.metadata.namespace ?? '')) return [];
  return [otherNamespace(event)];
}

const otherNamespace = ({ involvedObject: { namespace = '' } }: Event) =>
  invalid(INVOLVED_NAMESPACE, namespace, 'does not match event.namespace');

function validateNew(event: Event): FieldError[] {
  const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  const controller = Path.of('reportingController');
  return [
    ...(reportingComponent === '' ? [required(controller)] : []),
    ...qualifiedNameErrors(reportingComponent).map((each) => invalid(controller, reportingComponent, each)),
    ...validateText('reportingInstance', reportingInstance),
    ...validateText('action', action),
    ...validateText('reason', reason),
    ...tooLong('message', message, NOTE_CHARACTERS),
  ];
}

const validateText = (field: string, text: string): FieldError[] =>
  text === '' ? [required(Path.of(field))] : tooLong(field, text, NAME_CHARACTERS);

const tooLong = (field: string, text: string, characters: number): FieldError[] =>
  text.length <= characters ? [] : [invalid(Path.of(field), '', `can have at most ${characters} characters`)];

/** What `events.k8s.io/v1` asks for beside. Models ValidateEventCreate. */
export function validateStrictly(event: Event): FieldError[] {
  const unset: readonly (readonly [string, unknown])[] = [
    ['firstTimestamp', event.firstTimestamp],
    ['lastTimestamp', event.lastTimestamp],
    ['count', event.count],
    ['source', event.source?.component || event.source?.host],
  ];
  return [
    ...validateEvent(event),
    ...validateSeries(event),
    ...(event.eventTime ? [] : [required(Path.of('eventTime'))]),
    ...(event.type === 'Normal' || event.type === 'Warning'
      ? []
      : [invalid(Path.of('type'), '', `has invalid value: ${event.type ?? ''}`)]),
    ...unset.filter(([, value]) => value).map(([field]) => invalid(Path.of(field), '', 'needs to be unset')),
  ];
}

function validateSeries({ series }: Event): FieldError[] {
  if (!series) return [];
  return [
    ...((series.count ?? 0) < 2 ? [invalid(Path.of('series.count'), '', 'should be at least 2')] : []),
    ...(series.lastObservedTime ? [] : [required(Path.of('series.lastObservedTime'))]),
  ];
}

/** What the field is called within Kubernetes, where the rules stand. */
const INTERNAL_NAMES: Readonly<Record<string, string>> = { reportingComponent: 'reportingController' };

const IMMUTABLE = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingComponent',
  'reportingInstance',
] as const;

/** Only the series of an Event changes. Models ValidateEventUpdate. */
export function validateStrictUpdate(event: Event, old: Event): FieldError[] {
  const changed = IMMUTABLE.filter((field) => !equalJson(event[field], old[field]));
  return [
    ...validateEvent(event),
    ...(equalJson(event.series, old.series) ? [] : validateSeries(event)),
    ...changed.map((field) => immutable(Path.of(INTERNAL_NAMES[field] ?? field), event[field] ?? '')),
  ];
}
