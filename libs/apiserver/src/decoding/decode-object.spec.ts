import { StatusError } from '@podlab/apimachinery';
import { decodeObject, type FieldValidation } from './decode-object';
import { parseJson, strictFaults } from './parse-json';

const SERVICE = { apiVersion: 'v1', kind: 'Service' };
const POD = { apiVersion: 'v1', kind: 'Pod' };
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };

function decode(expected: typeof SERVICE, body: unknown, validation: FieldValidation = 'Strict') {
  return decodeObject(
    expected,
    parseJson(typeof body === 'string' ? body : JSON.stringify(body)),
    validation,
  );
}

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return `${error.status.code} ${error.status.message}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

const DEPLOYMENT_REFUSED = '400 Deployment in version "v1" cannot be handled as a Deployment: ';
const container = (fields: object) => ({
  spec: { template: { spec: { containers: [{ name: 'a', ...fields }] } } },
});

// Texts of sigs.k8s.io/json and k8s.io/apimachinery pkg/runtime/serializer/json json_test.go.
describe('a body of the wrong types is refused in the words of Go', () => {
  test.each([
    [
      { spec: { replicas: '3' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: 3e9 } },
      'json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { spec: [] },
      'json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec',
    ],
    [
      { spec: { paused: 'yes' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool',
    ],
    [
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      { metadata: { labels: 'a' } },
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      { spec: { template: { spec: { containers: {} } } } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      container({ ports: [{ containerPort: '80' }] }),
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32',
    ],
    [
      container({ env: [{ name: 'A', value: true }] }),
      'json: cannot unmarshal bool into Go struct field EnvVar.spec.template.spec.containers.env.value of type string',
    ],
    [
      container({ command: 'sh' }),
      'json: cannot unmarshal string into Go struct field Container.spec.template.spec.containers.command of type []string',
    ],
    [
      container({ resources: { limits: { cpu: 'lots' } } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      { metadata: { creationTimestamp: 'now' } },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
  ])('%j', (body, message) => {
    expect(refusal(() => decode(DEPLOYMENT, body))).toBe(DEPLOYMENT_REFUSED + message);
  });
});

describe('fields that a kind does not have', () => {
  const body = { spec: { foo: 1, ports: [{ port: 80, nodeport: 1 }] }, metadata: { name: 's' }, bar: null };
  const unknown = [
    'unknown field "spec.foo"',
    'unknown field "spec.ports[0].nodeport"',
    'unknown field "bar"',
  ];

  test('are an error under Strict', () => {
    const message = `400 Service in version "v1" cannot be handled as a Service: strict decoding error: ${unknown.join(', ')}`;
    expect(refusal(() => decode(SERVICE, body))).toBe(message);
  });

  test('are warnings under Warn and left out', () => {
    const { object, warnings } = decode(SERVICE, body, 'Warn');
    expect(warnings).toEqual(unknown);
    expect(object).toEqual({ ...SERVICE, metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } });
  });

  test('are silently left out under Ignore', () => {
    expect(decode(SERVICE, body, 'Ignore').warnings).toEqual([]);
  });

  test('case matters', () => {
    expect(refusal(() => decode(SERVICE, { Spec: {} }))).toContain('unknown field "Spec"');
  });
});

test('a key written twice is named, and the last one counts', () => {
  const body = '{"spec":{"type":"NodePort","type":"ClusterIP","ports":[{"port":1,"port":2}]}}';
  expect(refusal(() => decode(SERVICE, body))).toContain(
    'strict decoding error: duplicate field "spec.type", duplicate field "spec.ports[0].port"',
  );
  expect(decode(SERVICE, body, 'Ignore').object).toMatchObject({
    spec: { type: 'ClusterIP', ports: [{ port: 2 }] },
  });
});

describe('keys that would change a prototype are unknown fields', () => {
  test.each([
    ['{"__proto__":{"polluted":1}}', 'unknown field "__proto__"'],
    ['{"constructor":{"prototype":{"polluted":1}}}', 'unknown field "constructor"'],
    ['{"spec":{"toString":1}}', 'unknown field "spec.toString"'],
    ['{"metadata":{"labels":{"__proto__":"x"}}}', 'unknown field "metadata.labels.__proto__"'],
  ])('%s', (body, warning) => {
    const { object, warnings } = decode(SERVICE, body, 'Warn');
    expect(warnings).toEqual([warning]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test('a required field that is left out has its zero value, a pointer and what is optional stay absent', () => {
  const pod = { spec: { containers: [{ livenessProbe: { httpGet: {} } }], hostAliases: [{}] } };
  expect(decode(POD, pod).object).toEqual({
    ...POD,
    metadata: {},
    spec: { containers: [{ name: '', livenessProbe: { httpGet: { port: 0 } } }], hostAliases: [{ ip: '' }] },
  });
  const template = { metadata: {}, spec: { template: {} } };
  expect(decode(DEPLOYMENT, { spec: {} }).object).toEqual({ ...DEPLOYMENT, ...template });
  const event = { apiVersion: 'v1', kind: 'Event' };
  expect(decode(event, {}).object).toEqual({ ...event, metadata: {}, involvedObject: {} });
});

test('nulls are absent, in lists and maps they are empty', () => {
  const body = { spec: { type: null, ports: [null], selector: { a: null } }, metadata: null };
  expect(decode(SERVICE, body).object).toEqual({
    ...SERVICE,
    metadata: {},
    spec: { ports: [{ port: 0 }], selector: { a: '' } },
  });
});

test('quantities become canonical', () => {
  const body = container({ resources: { requests: { cpu: 0.5, memory: '1024Mi' } } });
  expect(decode(DEPLOYMENT, body).object).toMatchObject(
    container({ resources: { requests: { cpu: '500m', memory: '1Gi' } } }),
  );
});

describe('what a body says it is', () => {
  test.each([
    [
      SERVICE,
      { kind: 'Foo' },
      '400 Foo in version "v1" cannot be handled as a Service: no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      SERVICE,
      { apiVersion: 'v2' },
      '400 the API version in the data (v2) does not match the expected API version (v1)',
    ],
    [
      DEPLOYMENT,
      { apiVersion: 'apps/v1beta1' },
      '400 the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)',
    ],
  ])('%j %j', (expected, body, message) => {
    expect(refusal(() => decode(expected, body))).toBe(message);
  });

  test('a list is no object', () => {
    expect(refusal(() => decode(SERVICE, []))).toContain(
      'json: cannot unmarshal array into Go value of type struct',
    );
  });
});

// Texts of encoding/json scanner.go.
describe('a body that is no JSON', () => {
  test.each([
    ['{', 'unexpected end of JSON input'],
    ['', 'unexpected end of JSON input'],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['{"a":1}}', "invalid character '}' after top-level value"],
    ['hello', "invalid character 'h' looking for beginning of value"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['{"a":"\n"}', "invalid character '\\n' in string literal"],
  ])('%j', (body, message) => {
    expect(refusal(() => parseJson(body))).toBe(
      `400 couldn't get version/kind; json parse error: ${message}`,
    );
  });

  test.each([
    ['open', '['.repeat(100_000)],
    ['closed', `${'['.repeat(202)}${']'.repeat(202)}`],
    ['of objects', `${'{"a":'.repeat(201)}{}${'}'.repeat(201)}`],
  ])('of too great a depth, %s', (_, body) => {
    expect(refusal(() => parseJson(body))).toContain('OBJECT_DEPTH_LEVELS is limited to 200');
  });

  test.each([
    ['{"a":1,"a":1}', ['duplicate field "a"']],
    ['{"a":{"b":[{"c":1,"c":2}]}}', ['duplicate field "a.b[0].c"']],
    ['{"a":1,"b":{"a":1}}\n', []],
  ])('%j has the duplicates %j', (body, duplicates) => {
    expect(strictFaults(parseJson(body))).toEqual(duplicates);
  });

  test('a key __proto__ is an own property, however the body is written', () => {
    for (const body of ['{"__proto__":{"a":1}}', '{ "__proto__": {"a":1} }']) {
      const value = parseJson(body) as object;
      expect(Object.keys(value)).toEqual(['__proto__']);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
  });

  test.each(['{"a":[1,-2.5e3,true,false,null,"x\\u00e9\\n"],"b":{}}', ' [ ] ', '"\\ud83d\\ude00"'])(
    '%s is read',
    (body) => {
      expect(parseJson(body)).toEqual(JSON.parse(body));
    },
  );
});
