import * as fastCheck from 'fast-check';
import { AppliedFieldsError, appliedFields } from './applied-fields';
import { compareFields } from './compare';
import {
  differenceOf,
  EMPTY_FIELDS,
  equalFields,
  fieldSetOf,
  intersectionOf,
  isEmptyFields,
  pathsOf,
  pathText,
  recursiveDifferenceOf,
  unionOf,
  type FieldSet,
} from './field-set';
import { decodeFieldsV1, encodeFieldsV1 } from './fields-v1';
import { applyConfiguration, FieldConflicts, ownersAfterUpdate, type OwnedType } from './owners';

/** Types named as the API's, so that the marks of their fields hold. */
const TYPES: Record<string, Record<string, string>> = {
  Thing: { metadata: 'ObjectMeta', spec: 'PodSpec', data: '{string}', free: 'any' },
  ObjectMeta: { name: 'string', labels: '{string}', finalizers: '[string]' },
  PodSpec: {
    containers: '[Container]',
    nodeSelector: '{string}',
    selector: 'LabelSelector',
    tolerations: '[Toleration]',
    replicas: 'int32',
  },
  Container: { name: 'string', image: 'string', ports: '[ContainerPort]' },
  ContainerPort: { containerPort: 'int32', protocol: 'string', name: 'string' },
  LabelSelector: { matchLabels: '{string}' },
  Toleration: { key: 'string' },
};
const typeFields = (type: string) => TYPES[type];
const type = { type: 'Thing' };
const THING: OwnedType = { typeFields, type, ignored: fieldSetOf([['f:metadata', 'f:name']]) };
const texts = (set: FieldSet) => pathsOf(set).map(pathText);

const element = fastCheck.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:"y"', 'i:0');
const paths = fastCheck.array(fastCheck.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
const sets = paths.map(fieldSetOf);

describe('a set of fields', () => {
  it('is what its fieldsV1 says, and back', () => {
    fastCheck.assert(
      fastCheck.property(sets, (set) => {
        const back = decodeFieldsV1(JSON.parse(encodeFieldsV1(set)));
        expect(back && equalFields(back, set)).toBe(true);
      }),
    );
  });

  it('obeys the laws of sets', () => {
    const has = (set: FieldSet) => new Set(pathsOf(set).map((path) => path.join('\n')));
    fastCheck.assert(
      fastCheck.property(sets, sets, (a, b) => {
        expect(has(unionOf(a, b))).toEqual(new Set([...has(a), ...has(b)]));
        expect(has(intersectionOf(a, b))).toEqual(new Set([...has(a)].filter((path) => has(b).has(path))));
        expect(has(differenceOf(a, b))).toEqual(new Set([...has(a)].filter((path) => !has(b).has(path))));
        expect(equalFields(unionOf(a, b), unionOf(b, a))).toBe(true);
        expect(isEmptyFields(differenceOf(a, a))).toBe(true);
      }),
    );
  });

  it('loses what lies below a path as well, where that is asked for', () => {
    const set = fieldSetOf([['f:status', 'f:replicas'], ['f:spec', 'f:replicas'], ['f:status']]);
    expect(texts(recursiveDifferenceOf(set, fieldSetOf([['f:status']])))).toEqual(['.spec.replicas']);
    expect(texts(differenceOf(set, fieldSetOf([['f:status']])))).toEqual([
      '.spec.replicas',
      '.status.replicas',
    ]);
  });

  it.each([[{ 'x:a': {} }], [{ 'f:a': 1 }], [[]], ['f:a'], [{ 'k:{': {} }], [null]])(
    'is not what %j says',
    (value) => {
      expect(decodeFieldsV1(value)).toBeUndefined();
    },
  );

  it('names its paths as conflicts do', () => {
    const path = ['f:spec', 'k:{"containerPort":80,"protocol":"TCP"}', 'v:"x"', 'i:2'];
    expect(pathText(path)).toBe('.spec[containerPort=80,protocol="TCP"][="x"][2]');
  });
});

// Restates sigs.k8s.io/structured-merge-diff typed/symdiff_test.go and toset_test.go with the API's own marks.
describe('what differs between two states', () => {
  it.each<[string, object, object, { added?: string[]; modified?: string[]; removed?: string[] }]>([
    ['nothing', { data: { a: '1' } }, { data: { a: '1' } }, {}],
    ['a value', { spec: { replicas: 1 } }, { spec: { replicas: 2 } }, { modified: ['.spec.replicas'] }],
    ['a new key of a map', { data: { a: '1' } }, { data: { a: '1', b: '2' } }, { added: ['.data.b'] }],
    ['a map that was not there', {}, { data: { a: '1' } }, { added: ['.data', '.data.a'] }],
    ['a map that goes', { data: { a: '1' } }, {}, { removed: ['.data', '.data.a'] }],
    ['an empty map', {}, { data: {} }, { added: ['.data'] }],
    [
      'an atomic map',
      { spec: { nodeSelector: { a: '1' } } },
      { spec: { nodeSelector: { a: '1', b: '2' } } },
      { modified: ['.spec.nodeSelector'] },
    ],
    [
      'an atomic type',
      { spec: { selector: { matchLabels: { a: '1' } } } },
      { spec: { selector: { matchLabels: { a: '2' } } } },
      { modified: ['.spec.selector'] },
    ],
    [
      'a list without marks',
      { spec: { tolerations: [{ key: 'a' }] } },
      { spec: { tolerations: [{ key: 'b' }] } },
      { modified: ['.spec.tolerations'] },
    ],
    [
      'a set',
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { finalizers: ['b', 'c'] } },
      { added: ['.metadata.finalizers[="c"]'], removed: ['.metadata.finalizers[="a"]'] },
    ],
    [
      'items of a list by key, in another order too',
      { spec: { containers: [{ name: 'a', image: '1' }, { name: 'b' }] } },
      { spec: { containers: [{ name: 'c' }, { name: 'a', image: '2' }] } },
      {
        added: ['.spec.containers[name="c"]', '.spec.containers[name="c"].name'],
        modified: ['.spec.containers[name="a"].image'],
        removed: ['.spec.containers[name="b"]', '.spec.containers[name="b"].name'],
      },
    ],
    [
      'an untyped part, map by map',
      { free: { a: { b: 1, c: [1] } } },
      { free: { a: { b: 2, c: [1, 2] } } },
      { modified: ['.free.a.b', '.free.a.c'] },
    ],
  ])('%s', (_, old, next, expected) => {
    const { added, modified, removed } = compareFields(typeFields, type, old, next);
    expect({ added: texts(added), modified: texts(modified), removed: texts(removed) }).toEqual({
      added: [],
      modified: [],
      removed: [],
      ...expected,
    });
  });
});

describe('the fields of an applied object', () => {
  it('take an absent part of a key by its default', () => {
    const config = { spec: { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] } };
    expect(texts(appliedFields(typeFields, type, config))).toContain(
      '.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"]',
    );
  });

  it.each<[object, string]>([
    [{ spec: { replica: 1 } }, '.spec.replica: field not declared in schema'],
    [
      { spec: { containers: [{ image: 'x' }] } },
      '.spec.containers: element 0: associative list with keys has an element that omits key field "name"',
    ],
    [{ metadata: { finalizers: ['a', 'a'] } }, '.metadata.finalizers: duplicate entries for key [="a"]'],
  ])('are refused of %j', (config, message) => {
    expect(() => appliedFields(typeFields, type, config)).toThrow(new AppliedFieldsError(message));
  });
});

const name = fastCheck.constantFrom('a', 'b', 'c');
const container = fastCheck.record(
  { name, image: fastCheck.constantFrom('1', '2') },
  { requiredKeys: ['name'] },
);
const things = fastCheck.record(
  {
    data: fastCheck.dictionary(name, fastCheck.constantFrom('1', '2')),
    metadata: fastCheck.record({ finalizers: fastCheck.uniqueArray(name) }),
    spec: fastCheck.record(
      {
        containers: fastCheck.uniqueArray(container, { selector: (each) => each.name }),
        nodeSelector: fastCheck.dictionary(name, name),
        replicas: fastCheck.integer({ min: 0, max: 3 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const NOBODY = new Map<string, FieldSet>();

describe('apply', () => {
  it('gives what was applied: applied again it changes nothing, and nothing applied takes all of it out', () => {
    fastCheck.assert(
      fastCheck.property(things, things, (live, config) => {
        const first = applyConfiguration(THING, NOBODY, 'a', live, config, false);
        const again = applyConfiguration(THING, first.owners, 'a', first.object, config, false);
        expect(again.object).toBe(first.object);
        expect(again.owners).toEqual(first.owners);
        const left = applyConfiguration(THING, first.owners, 'a', first.object, {}, false);
        const owned = appliedFields(typeFields, type, config);
        const still = appliedFields(typeFields, type, left.object);
        const inBoth = pathsOf(intersectionOf(still, owned)).filter(
          (path) => !path[path.length - 1].startsWith('f:') || path.length > 2,
        );
        expect(inBoth).toEqual([]);
      }),
    );
  });

  it('keeps every field that another manager owns, and no field has two values', () => {
    fastCheck.assert(
      fastCheck.property(things, things, things, (one, two, three) => {
        const first = applyConfiguration(THING, NOBODY, 'a', {}, one, false);
        const second = applyConfiguration(THING, first.owners, 'b', first.object, two, true);
        const third = applyConfiguration(THING, second.owners, 'a', second.object, three, true);
        const owned = third.owners.get('b') ?? EMPTY_FIELDS;
        const change = compareFields(typeFields, type, second.object, third.object);
        expect(isEmptyFields(intersectionOf(owned, change.removed))).toBe(true);
      }),
    );
  });

  it('is refused exactly where force would take a field', () => {
    fastCheck.assert(
      fastCheck.property(things, things, (one, two) => {
        const { object, owners } = applyConfiguration(THING, NOBODY, 'a', {}, one, false);
        const forced = applyConfiguration(THING, owners, 'b', object, two, true);
        const lost = differenceOf(owners.get('a') ?? EMPTY_FIELDS, forced.owners.get('a') ?? EMPTY_FIELDS);
        const apply = () => applyConfiguration(THING, owners, 'b', object, two, false);
        if (isEmptyFields(lost)) expect(apply().object).toEqual(forced.object);
        else expect(apply).toThrow(FieldConflicts);
      }),
    );
  });
});

describe('an update', () => {
  it('takes what it changes from everybody, and nothing else', () => {
    fastCheck.assert(
      fastCheck.property(things, things, (old, next) => {
        const { owners } = applyConfiguration(THING, NOBODY, 'a', {}, old, false);
        const after = ownersAfterUpdate(THING, owners, 'b', old, next);
        const { added, modified, removed } = compareFields(typeFields, type, old, next);
        const taken = unionOf(added, modified);
        expect(after.took).toBe(!isEmptyFields(taken));
        expect(equalFields(after.owners.get('b') ?? EMPTY_FIELDS, taken)).toBe(true);
        const kept = differenceOf(owners.get('a') ?? EMPTY_FIELDS, unionOf(taken, removed));
        expect(equalFields(after.owners.get('a') ?? EMPTY_FIELDS, kept)).toBe(true);
      }),
    );
  });
});
