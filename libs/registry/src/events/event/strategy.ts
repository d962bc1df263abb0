import type { Event, EventsEvent } from '@podlab/api';
import type { KubeObject } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { eventStrategy } from '../../core/event/strategy';
import { validateStrictly, validateStrictUpdate } from '../../core/event/validation';

/** `events.k8s.io/v1`: the Events of the core group by their newer names. Models pkg/apis/events/v1/conversion.go. */
export const eventsEventStrategy: Strategy<Event> = {
  ...eventStrategy,
  group: 'events.k8s.io',
  columns: eventStrategy.columns.map((column) => ({
    ...column,
    value: (object, now) => column.value(toStored(object), now),
  })),
  validate: validateStrictly,
  validateUpdate: validateStrictUpdate,
  selectableFields,
  conversion: { schema: 'EventsEvent', stored: eventStrategy, toStored, fromStored },
  present: fromStored,
};

/** Models pkg/apis/events/v1/conversion.go AddFieldLabelConversionsForEvent. */
function selectableFields(event: Event): Record<string, string> {
  const fields = eventStrategy.selectableFields?.(event) ?? {};
  const renamed = Object.entries(fields)
    .filter(([name]) => name !== 'source')
    .map(([name, value]) => [newName(name), value] as const);
  return Object.fromEntries(renamed);
}

const newName = (field: string) =>
  field.replace(/^involvedObject\./, 'regarding.').replace(/^reportingComponent$/, 'reportingController');

function toStored(object: KubeObject): Event {
  const {
    metadata,
    note,
    regarding = {},
    reportingController,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
    ...rest
  } = object as EventsEvent;
  return {
    ...withoutEmpty({ ...rest, source, firstTimestamp, lastTimestamp, count }),
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: regarding,
    ...(note !== undefined && { message: note }),
    ...(reportingController !== undefined && { reportingComponent: reportingController }),
  };
}

function fromStored(object: KubeObject): Event {
  const {
    metadata,
    message,
    involvedObject: regarding,
    reportingComponent,
    source: deprecatedSource,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    count: deprecatedCount,
    eventTime = null,
    ...rest
  } = object as Event;
  const shown = {
    ...withoutEmpty({
      ...rest,
      deprecatedSource,
      deprecatedFirstTimestamp,
      deprecatedLastTimestamp,
      deprecatedCount,
    }),
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata,
    eventTime,
    regarding,
    ...(message !== undefined && { note: message }),
    ...(reportingComponent !== undefined && { reportingController: reportingComponent }),
  };
  return shown as unknown as Event;
}

/** Without what is not there: an absent field, and a time that was null. */
function withoutEmpty<T extends object>(fields: T): T {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as T;
}
