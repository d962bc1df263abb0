import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCluster } from '../../libs/cluster/src/index';
import { listServed, newCluster } from '../openapi/served.mjs';
import { BEHAVIOURS } from './behaviours.mjs';
import { apiVersionOf, missingOf, renderPage } from './page.mjs';
import { listUpstream } from './upstream.mjs';

let upstream;
let served;
let missing;

beforeAll(async () => {
  upstream = await listUpstream();
  served = listServed({ createCluster });
  missing = missingOf(upstream, served);
});

const nameOf = ({ groupVersion, resource }) => `${apiVersionOf(groupVersion)} ${resource}`;

/** Cells without the spaces by which Prettier aligns them. */
const plain = (text) =>
  text
    .replace(/ *\| */g, '|')
    .replace(/-{3,}/g, '---')
    .trim();

describe('docs/not-supported.md', () => {
  it('is what `npm run generate:not-supported` writes', () => {
    const page = readFileSync(join(__dirname, '../../docs/not-supported.md'), 'utf8');
    expect(plain(page)).toBe(plain(renderPage(BEHAVIOURS, missing)));
  });

  it('has no row of a resource that is served', () => {
    const absent = new Set(missing.filter(({ isServed }) => !isServed).map(nameOf));
    const stale = BEHAVIOURS.flatMap((row) => row.absent ?? []).filter((name) => !absent.has(name));
    expect(stale).toEqual([]);
  });

  it('has one row a thing', () => {
    const whats = BEHAVIOURS.map(({ what }) => what);
    expect(new Set(whats).size).toBe(whats.length);
  });
});

describe('what a cluster lists', () => {
  it('is of the kind that it is upstream', () => {
    const kinds = new Map(upstream.map((each) => [nameOf(each), each.kind]));
    const others = served.filter((each) => (kinds.get(nameOf(each)) || each.kind) !== each.kind);
    expect(others).toEqual([]);
  });
});

const NAMESPACED_PARENT = /^(?:pods|replicationcontrollers|horizontalpodautoscalers)\//;

/** Where a client would ask: the collection of a resource, one object for a subresource. */
function pathOf({ groupVersion, resource }) {
  const [parent, subresource] = resource.split('/');
  if (!subresource) return `/${groupVersion}/${parent}`;
  const namespace = NAMESPACED_PARENT.test(resource) ? 'namespaces/default/' : '';
  return `/${groupVersion}/${namespace}${parent}/some/${subresource}`;
}

const METHODS = { get: 'GET', list: 'GET', create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE' };
const UNKNOWN = [404, 'NotFound', 'the server could not find the requested resource'];
/** Of a group that no kind of a cluster is in. */
const NO_PAGE = [404, undefined, '404 page not found\n'];
const NOT_ALLOWED = [
  405,
  'MethodNotAllowed',
  'the server does not allow this method on the requested resource',
];

it('what is missing is refused as upstream refuses what it does not know, by every verb', () => {
  const ask = newCluster({ createCluster });
  for (const each of missing) {
    for (const verb of each.verbs.filter((name) => name in METHODS)) {
      const ofOne = each.isServed && ['update', 'patch', 'delete'].includes(verb);
      const { status, body } = ask(METHODS[verb], pathOf(each) + (ofOne ? '/some' : ''), { body: '{}' });
      const said = [status, body.reason, body.message];
      const unknown = said[1] === undefined ? NO_PAGE : UNKNOWN;
      expect({ resource: nameOf(each), verb, said }).toEqual({
        resource: nameOf(each),
        verb,
        said: each.isServed ? NOT_ALLOWED : unknown,
      });
    }
  }
});
