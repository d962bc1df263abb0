import { DNS_1035, LABEL_KEY } from './messages';
import { answered, refused, updateRefused, type Row, type Table } from './table';

const spec = (fields: object) => ({ spec: fields });
const VERSION = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } },
};
const version = (fields: object) => spec({ versions: [{ ...VERSION, ...fields }] });
const schema = (fields: object) => version({ schema: { openAPIV3Schema: { type: 'object', ...fields } } });
const SCHEMA = 'spec.versions[0].schema.openAPIV3Schema';

export const DEFINITION: Table = {
  source: 'staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation_test.go',
  url: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  good: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'plurals.group.com' },
    spec: {
      group: 'group.com',
      scope: 'Namespaced',
      names: { plural: 'plurals', singular: 'plural', kind: 'Plural', listKind: 'PluralList' },
      versions: [VERSION],
    },
  },
  rows: [
    refused(
      'TestValidateCustomResourceDefinition "mismatched name"',
      { metadata: { name: 'plural.not.group.com' } },
      'metadata.name: Invalid value: "plural.not.group.com": must be spec.names.plural+"."+spec.group',
    ),
    refused(
      'TestValidateCustomResourceDefinition "no_storage_version"',
      version({ storage: false }),
      'spec.versions: Invalid value: ["v1"]: must have exactly one version marked as storage version',
    ),
    refused(
      'TestValidateCustomResourceDefinition "bad names 02": kind and listKind',
      spec({ names: { listKind: 'Plural' } }),
      'spec.names.listKind: Invalid value: "Plural": kind and listKind may not be the same',
    ),
    refused(
      'TestValidateCustomResourceDefinition "preserveUnknownFields with no schema in one version"',
      version({ schema: null }),
      `${SCHEMA}: Required value: schemas are required`,
    ),
    refused(
      'TestValidateCustomResourceDefinition "preserveUnknownFields with unstructural schema in one version"',
      schema({ properties: { spec: {} } }),
      `${SCHEMA}.properties[spec].type: Required value: must not be empty for specified object fields`,
    ),
    refused(
      'validation.go validateCustomResourceDefinitionValidation: no object at the root',
      version({ schema: { openAPIV3Schema: { type: 'string' } } }),
      `${SCHEMA}.type: Invalid value: "string": must be object at the root`,
    ),
    refused(
      'TestValidateCustomResourceDefinition "bad names 01": scope',
      spec({ scope: 'foo' }),
      'spec.scope: Unsupported value: "foo": supported values: "Cluster", "Namespaced"',
    ),
    refused(
      'TestValidateCustomResourceDefinition "bad names 01": version',
      version({ name: 'V1' }),
      `spec.versions[0].name: Invalid value: "V1": ${DNS_1035}`,
    ),
    refused(
      'validation.go ValidateCustomResourceDefinitionSubresources: a scale without paths',
      version({ subresources: { scale: { specReplicasPath: '', statusReplicasPath: '' } } }),
      'spec.versions[0].subresources.scale.specReplicasPath: Required value',
      'spec.versions[0].subresources.scale.statusReplicasPath: Required value',
    ),
    updateRefused(
      'TestValidateCustomResourceDefinitionUpdate "changes": scope',
      {},
      spec({ scope: 'Cluster' }),
      'spec.scope: Invalid value: "Cluster": field is immutable',
    ),
  ],
};

const configMaps = '/api/v1/namespaces/default/configmaps';
const request = (row: Row, query: string): Row => ({ ...row, query });
const decoding = (message: string) =>
  `ConfigMap in version "v1" cannot be handled as a ConfigMap: ${message}`;
const STRICT = 'fieldValidation=Strict';

/** What is wrong with a request whatever its kind: names, versions, owners, finalizers, types of fields. */
export const METADATA: Table = {
  source: 'staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta_test.go',
  url: configMaps,
  good: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x', namespace: 'default' },
    data: { a: 'b' },
  },
  rows: [
    refused(
      'TestValidateObjectMetaWithFinalizers "unqualified"',
      { metadata: { finalizers: ['bare'] } },
      'metadata.finalizers[0]: Invalid value: "bare": name is neither a standard finalizer name nor is it fully qualified',
    ),
    refused(
      'TestValidateObjectMetaOwnerReferences "simple third party type" without an uid',
      {
        metadata: {
          ownerReferences: [
            { apiVersion: 'customresourceVersion', kind: 'customresourceKind', name: 'name', uid: '' },
          ],
        },
      },
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ),
    refused(
      'TestValidateObjectMetaOwnerReferences "forbidden types: event"',
      { metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'name', uid: '1' }] } },
      'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"name","uid":"1"}: /v1, Kind=Event is disallowed from being an owner',
    ),
    refused(
      'TestValidateObjectMetaOwnerReferences "second controller"',
      {
        metadata: {
          ownerReferences: ['a', 'b'].map((name) => ({
            apiVersion: 'v1',
            kind: 'Pod',
            name,
            uid: name,
            controller: true,
          })),
        },
      },
      'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"a","uid":"a","controller":true},{"apiVersion":"v1","kind":"Pod","name":"b","uid":"b","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for "Pod/a" and "Pod/b"',
    ),
    refused(
      'TestValidateAnnotations "single slash with invalid chars"',
      { metadata: { annotations: { 'what@.a/b': 'c' } } },
      "metadata.annotations: Invalid value: \"what@.a/b\": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ),
    refused(
      'TestValidateAnnotations "total size"',
      { metadata: { annotations: { a: 'b'.repeat(262_144) } } },
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ),
    refused(
      'TestValidateObjectMetaCustomName "labels"',
      { metadata: { labels: { 'a b': '' } } },
      `metadata.labels: Invalid value: "a b": ${LABEL_KEY}`,
    ),
    answered(
      'staging/src/k8s.io/apiserver/pkg/registry/rest/create_test.go TestBeforeCreate "namespace of another path"',
      { metadata: { namespace: 'other' } },
      [400, 'BadRequest'],
      'the namespace of the provided object does not match the namespace sent on the request',
    ),
    answered(
      'staging/src/k8s.io/apiserver/pkg/endpoints/apiserver_test.go TestCreateInvokesAdmissionControl: another kind',
      { kind: 'Secret' },
      [400, 'BadRequest'],
      decoding('converting (v1.Secret) to (core.ConfigMap): unknown conversion').replace(
        'ConfigMap',
        'Secret',
      ),
    ),
    answered(
      'staging/src/k8s.io/apiserver/pkg/endpoints/apiserver_test.go TestUpdateREST: another version',
      { apiVersion: 'v2' },
      [400, 'BadRequest'],
      'the API version in the data (v2) does not match the expected API version (v1)',
    ),
    answered(
      'staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json_test.go TestDecode: a string that is a number',
      { data: { a: 1 } },
      [400, 'BadRequest'],
      decoding('json: cannot unmarshal number into Go struct field ConfigMap.data of type string'),
    ),
    answered(
      'staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json_test.go TestDecode: a map that is a list',
      { data: ['a'] },
      [400, 'BadRequest'],
      decoding('json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string'),
    ),
    request(
      answered(
        'test/integration/apiserver/field_validation_test.go TestFieldValidationPost "post-strict-validation"',
        { unknown1: 'val1' },
        [400, 'BadRequest'],
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "unknown1"',
      ),
      STRICT,
    ),
  ],
};
