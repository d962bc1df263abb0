import { newNotAcceptable } from '@podlab/apimachinery';

/** What a client wants its answer as; `plain` is the object without the managers of its fields. */
export type Representation = 'object' | 'plain' | 'table' | 'partial';

/** What the host asks for that shows objects to people: managers are as long as the object, and nobody reads them there. */
export const PLAIN_JSON = 'application/json;managedFields=omit';

interface MediaRange {
  type: string;
  parameters: Map<string, string>;
}

/**
 * Media types that an answer can take, in upstream's order: the door in front lays JSON out as YAML, but no watch.
 * Models k8s.io/apiserver pkg/endpoints/handlers/negotiation MediaTypesForSerializer.
 */
const ANSWER_TYPES = ['application/json', 'application/yaml'];
const WATCH_TYPES = ['application/json'];
const JSON_RANGES: ReadonlySet<string> = new Set(['application/json', 'application/*', '*/*', '*', '']);

/**
 * Picks the first media range of Accept that the API can serve: JSON, whole or as Table or PartialObjectMetadata.
 * Models k8s.io/apiserver pkg/endpoints/handlers/negotiation. Throws 406.
 */
export function negotiate(accept: string, served = ANSWER_TYPES): Representation {
  if (JSON_RANGES.has(accept)) return 'object';
  for (const range of parseAccept(accept)) {
    if (!JSON_RANGES.has(range.type)) continue;
    const as = range.parameters.get('as');
    if (as === undefined) return range.parameters.get('managedFields') === 'omit' ? 'plain' : 'object';
    if (range.parameters.get('g') !== 'meta.k8s.io' || range.parameters.get('v') !== 'v1') continue;
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'partial';
  }
  throw newNotAcceptable(served);
}

/** The same for a watch. */
export const negotiateWatch = (accept: string): Representation => negotiate(accept, WATCH_TYPES);

/** True when Accept asks for aggregated discovery, version 2. */
export function wantsAggregatedDiscovery(accept: string): boolean {
  return parseAccept(accept).some(
    ({ parameters }) => parameters.get('as') === 'APIGroupDiscoveryList' && parameters.get('v') === 'v2',
  );
}

function parseAccept(accept: string): MediaRange[] {
  return accept.split(',').map((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim());
    const pairs = parameters.map((parameter): [string, string] => {
      const equals = parameter.indexOf('=');
      return equals < 0 ? [parameter, ''] : [parameter.slice(0, equals), parameter.slice(equals + 1)];
    });
    return { type: type.toLowerCase(), parameters: new Map(pairs) };
  });
}
