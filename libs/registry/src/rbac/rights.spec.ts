import type { Role } from '@podlab/api';
import {
  ApiServer,
  encodeShownToken,
  type KubeAnswer,
  type ShownToken,
  type UserInfo,
} from '@podlab/apiserver';
import { Prng, rfc3339, seedPrng, utf8Decode, utf8Encode } from '@podlab/kernel';
import { MvccStore, createMvccState } from '@podlab/storage';
import { REGISTRY } from '../registry';
import { cells, create, refusals, update } from '../testing/strategy-context';
import { clusterRoleStrategy } from './cluster-role/strategy';
import { roleStrategy } from './role/strategy';
import { roleBindingStrategy } from './role-binding/strategy';

const NOW = 1_795_000_000_000;
const OWNER: UserInfo = { name: 'owner', groups: ['system:masters'] };
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** A cluster with a namespace `default`, asked by a user. */
function cluster() {
  const now = () => NOW;
  const server = new ApiServer({
    store: new MvccStore(createMvccState(), now),
    registry: REGISTRY,
    settings: { service_cidr: '10.96.0.0/16', pod_cidr: '10.244.0.0/16', node_port_range: [30_000, 32_767] },
    random: new Prng(seedPrng('1', 'api')),
    now,
    timestamp: () => rfc3339(NOW),
    connectors: [],
  });
  const ask = (user: UserInfo, method: string, path: string, body?: object) => {
    const answer = server.handle({
      method,
      path,
      query: '',
      accept: 'application/json',
      content_type: 'application/json',
      body: utf8Encode(body ? JSON.stringify(body) : ''),
      user,
    }) as KubeAnswer;
    return { status: answer.status, body: JSON.parse(utf8Decode(answer.body)) };
  };
  for (const name of ['default', 'other'])
    ask(OWNER, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return ask;
}

const binding = (kind: string, role: string, subject: object, name = 'b') => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [subject],
});
const user = (name: string, ...groups: string[]): UserInfo => ({
  name,
  groups: [...groups, 'system:authenticated'],
});
const rule = (verbs: string[], apiGroups: string[], resources: string[], resourceNames?: string[]) => ({
  verbs,
  apiGroups,
  resources,
  ...(resourceNames && { resourceNames }),
});

/** Binds a ClusterRole of these rules to jane and says whether she may. */
function may(rules: object[], ask: object): { allowed: boolean; reason?: string } {
  const send = cluster();
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'r' },
    rules,
  };
  send(OWNER, 'POST', `${RBAC}/clusterroles`, role);
  const jane = { kind: 'User', name: 'jane' };
  send(OWNER, 'POST', `${RBAC}/clusterrolebindings`, binding('ClusterRoleBinding', 'r', jane));
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: ask };
  return send(user('jane'), 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review).body
    .status;
}
const resource = (verb: string, group: string, name: string, more: object = {}) => ({
  resourceAttributes: { verb, group, resource: name, namespace: 'default', ...more },
});

// Cases of k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/rbac_test.go TestRuleMatches and TestAuthorizer.
describe('a rule', () => {
  test.each<[title: string, rules: object[], ask: object, boolean]>([
    ['of everything', [rule(['*'], ['*'], ['*'])], resource('delete', 'apps', 'deployments'), true],
    ['of the verb, group and resource', [rule(['get'], [''], ['pods'])], resource('get', '', 'pods'), true],
    ['of another verb', [rule(['get'], [''], ['pods'])], resource('list', '', 'pods'), false],
    ['of another group', [rule(['get'], ['apps'], ['pods'])], resource('get', '', 'pods'), false],
    [
      'of a resource, not its subresource',
      [rule(['get'], [''], ['pods'])],
      resource('get', '', 'pods', { subresource: 'log' }),
      false,
    ],
    [
      'of the subresource',
      [rule(['get'], [''], ['pods/log'])],
      resource('get', '', 'pods', { subresource: 'log' }),
      true,
    ],
    [
      'of that subresource of all',
      [rule(['get'], ['*'], ['*/scale'])],
      resource('get', 'apps', 'deployments', { subresource: 'scale' }),
      true,
    ],
    [
      'of the name',
      [rule(['get'], [''], ['pods'], ['web'])],
      resource('get', '', 'pods', { name: 'web' }),
      true,
    ],
    [
      'of another name',
      [rule(['get'], [''], ['pods'], ['web'])],
      resource('get', '', 'pods', { name: 'db' }),
      false,
    ],
    [
      'of a name, when none is asked for',
      [rule(['list'], [''], ['pods'], ['web'])],
      resource('list', '', 'pods'),
      false,
    ],
    [
      'of paths below',
      [{ verbs: ['get'], nonResourceURLs: ['/logs/*'] }],
      { nonResourceAttributes: { verb: 'get', path: '/logs/x' } },
      true,
    ],
    [
      'of other paths',
      [{ verbs: ['get'], nonResourceURLs: ['/logs/*'] }],
      { nonResourceAttributes: { verb: 'get', path: '/metrics' } },
      false,
    ],
  ])('%s', (_title, rules, ask, allowed) => {
    expect(may(rules, ask).allowed).toBe(allowed);
  });
});

test('a review says which binding allows it', () => {
  expect(may([rule(['get'], [''], ['pods'])], resource('get', '', 'pods')).reason).toBe(
    'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to User "jane"',
  );
});

test('a RoleBinding holds in its namespace only, for users, groups and accounts', () => {
  const send = cluster();
  const subjects = [
    { kind: 'User', name: 'jane' },
    { kind: 'Group', name: 'team' },
    { kind: 'ServiceAccount', name: 'robot', namespace: 'other' },
  ];
  const edit = { ...binding('RoleBinding', 'edit', subjects[0]), subjects };
  expect(send(OWNER, 'POST', `${RBAC}/namespaces/default/rolebindings`, edit).status).toBe(201);
  const who = [user('jane'), user('tom', 'team'), user('system:serviceaccount:other:robot')];
  for (const each of who) {
    expect(send(each, 'GET', '/api/v1/namespaces/default/secrets').status).toBe(200);
    expect(send(each, 'GET', '/api/v1/namespaces/other/secrets').body.message).toBe(
      `secrets is forbidden: User "${each.name}" cannot list resource "secrets" in API group "" in the namespace "other"`,
    );
    expect(send(each, 'GET', '/api/v1/nodes').body.message).toBe(
      `nodes is forbidden: User "${each.name}" cannot list resource "nodes" in API group "" at the cluster scope`,
    );
  }
  expect(send(user('tom'), 'GET', '/api/v1/namespaces/default/pods/x').body.message).toBe(
    'pods "x" is forbidden: User "tom" cannot get resource "pods" in API group "" in the namespace "default"',
  );
});

test('a binding of a role that is not there is told as the reason', () => {
  const send = cluster();
  const subject = { kind: 'User', name: 'jane' };
  send(OWNER, 'POST', `${RBAC}/clusterrolebindings`, binding('ClusterRoleBinding', 'gone', subject));
  expect(send(user('jane'), 'GET', '/api/v1/nodes').body.message).toMatch(
    /at the cluster scope: RBAC: clusterrole\.rbac\.authorization\.k8s\.io "gone" not found$/,
  );
});

test('who is nobody hears where the cluster is, and no more', () => {
  const send = cluster();
  const nobody: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
  expect(send(nobody, 'GET', '/version').status).toBe(200);
  expect(send(nobody, 'GET', '/apis').body.message).toBe(
    'forbidden: User "system:anonymous" cannot get path "/apis"',
  );
  expect(send(user('jane'), 'GET', '/apis').status).toBe(200);
});

test('acting as another takes a right of its own', () => {
  const send = cluster();
  const as = (by: UserInfo, name: string, groups: string[] = []) => ({
    ...by,
    impersonate: { name, groups },
  });
  expect(send(as(user('jane'), 'owner', ['system:masters']), 'GET', '/api/v1/nodes').body.message).toBe(
    'users "owner" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
  const whoami = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  expect(
    send(as(OWNER, 'system:serviceaccount:default:robot'), 'POST', path, whoami).body.status.userInfo,
  ).toEqual({
    username: 'system:serviceaccount:default:robot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
  });
});

test('a token dies with its time and its account', () => {
  const send = cluster();
  const bearer = (token_expires: string, uid: string): UserInfo => ({
    ...user('system:serviceaccount:default:robot'),
    uid,
    token_expires,
  });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } };
  const { uid } = send(OWNER, 'POST', '/api/v1/namespaces/default/serviceaccounts', account).body.metadata;
  expect(send(bearer(rfc3339(NOW + 1000), uid), 'GET', '/version').status).toBe(200);
  expect(send(bearer(rfc3339(NOW), uid), 'GET', '/version').status).toBe(401);
  expect(send(bearer(rfc3339(NOW + 1000), 'another'), 'GET', '/version').status).toBe(401);
});

describe('a review of a token', () => {
  const API = 'https://kubernetes.default.svc.cluster.local';
  const NAME = 'system:serviceaccount:default:robot';
  const send = cluster();
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } };
  const { uid } = send(OWNER, 'POST', '/api/v1/namespaces/default/serviceaccounts', account).body.metadata;
  const bearer = { ...user(NAME), uid, token_expires: rfc3339(NOW + 1000) };
  const review = (shown: ShownToken | undefined, spec: object = {}, as = OWNER) =>
    send(as, 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token: encodeShownToken(shown), ...spec },
    });

  test('tells whose it is', () => {
    expect(review({ user: bearer })).toMatchObject({
      status: 201,
      body: {
        status: {
          authenticated: true,
          audiences: [API],
          user: { username: NAME, uid, groups: ['system:authenticated'] },
        },
      },
    });
    expect(review({ user: user('jane', 'students') }).body.status.user).toEqual({
      username: 'jane',
      groups: ['students', 'system:authenticated'],
    });
  });

  test.each<[string, ShownToken | undefined, object, string]>([
    ['of nobody', undefined, {}, 'invalid bearer token'],
    [
      'that has expired',
      { user: { ...bearer, token_expires: rfc3339(NOW) } },
      {},
      '[invalid bearer token, service account token has expired]',
    ],
    [
      'of an account that is gone',
      { user: { ...bearer, name: 'system:serviceaccount:default:gone' } },
      {},
      '[invalid bearer token, serviceaccounts "gone" not found]',
    ],
    [
      'of an account of the same name before',
      { user: { ...bearer, uid: 'before' } },
      {},
      `[invalid bearer token, service account UID (${uid}) does not match claim (before)]`,
    ],
    [
      'for somebody else',
      { user: bearer, audiences: ['vault'] },
      { audiences: ['x'] },
      '[invalid bearer token, token audiences ["vault"] is invalid for the target audiences ["x"]]',
    ],
  ])('%s says why it is not good', (_what, shown, spec, error) => {
    const { status, body } = review(shown, spec);
    expect([status, body.status]).toEqual([201, { user: {}, error }]);
  });

  test('for whom it was made', () => {
    const audiences = ['vault', 'x'];
    expect(review({ user: bearer, audiences }, { audiences: ['vault', 'y'] }).body.status).toMatchObject({
      authenticated: true,
      audiences: ['vault'],
    });
  });

  test('needs a token, and a right', () => {
    expect(review(undefined, { token: '' })).toMatchObject({
      status: 400,
      body: { message: 'token is required for TokenReview in authentication' },
    });
    expect(review(undefined, {}, user('jane')).status).toBe(403);
  });
});

test('the roles of every cluster aggregate what users label for them, and nobody changes them', () => {
  const send = cluster();
  const extra = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'widgets', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    rules: [rule(['get'], ['example.com'], ['widgets'])],
  };
  send(OWNER, 'POST', `${RBAC}/clusterroles`, extra);
  for (const name of ['view', 'edit', 'admin'])
    expect(send(OWNER, 'GET', `${RBAC}/clusterroles/${name}`).body.rules).toContainEqual(extra.rules[0]);
  expect(send(OWNER, 'DELETE', `${RBAC}/clusterroles/view`).status).toBe(403);
  const copy = { ...extra, metadata: { name: 'view' } };
  expect(send(OWNER, 'POST', `${RBAC}/clusterroles`, copy).body.reason).toBe('AlreadyExists');
});

// Cases of pkg/apis/rbac/validation/validation_test.go TestValidateRole and TestValidateRoleBinding.
describe('what is refused', () => {
  test.each<[title: string, Partial<Role>, string[]]>([
    [
      'no verb',
      { rules: [rule([], [''], ['pods'])] },
      ['rules[0].verbs: Required value: verbs must contain at least one value'],
    ],
    [
      'no group',
      { rules: [rule(['get'], [], ['pods'])] },
      ['rules[0].apiGroups: Required value: resource rules must supply at least one api group'],
    ],
    [
      'no resource',
      { rules: [rule(['get'], [''], [])] },
      ['rules[0].resources: Required value: resource rules must supply at least one resource'],
    ],
    [
      'a path in a namespace',
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] },
      ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
    ],
  ])('a Role with %s', (_title, fields, expected) => {
    expect(refusals(roleStrategy, fields)).toEqual(expected);
  });

  test('a ClusterRole of resources and paths in one rule', () => {
    const both = { rules: [{ ...rule(['get'], [''], ['pods']), nonResourceURLs: ['/x'] }] };
    expect(refusals(clusterRoleStrategy, both)).toEqual([
      'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
    ]);
  });

  test('a binding to a kind that is no role, of a subject that is nobody', () => {
    const wrong = { roleRef: { kind: 'Pod', name: 'x' }, subjects: [{ kind: 'Robot', name: 'r' }] };
    expect(refusals(roleBindingStrategy, wrong)).toEqual([
      'roleRef.kind: Unsupported value: "Pod": supported values: "Role", "ClusterRole"',
      'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
    ]);
  });

  test('another role for a binding', () => {
    const made = create(roleBindingStrategy, { roleRef: { kind: 'Role', name: 'a' } });
    const { refusals: errors } = update(roleBindingStrategy, made, (draft) => {
      draft.roleRef.name = 'b';
    });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^roleRef: Invalid value: .*: cannot change roleRef$/);
  });
});

test('a binding shows its role and its subjects', () => {
  const subjects = [
    { kind: 'User', name: 'jane' },
    { kind: 'User', name: 'tom' },
    { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
  ];
  const made = create(roleBindingStrategy, { roleRef: { kind: 'Role', name: 'a' }, subjects });
  expect(cells(roleBindingStrategy, made)).toMatchObject({
    Role: 'Role/a',
    Users: 'jane, tom',
    Groups: '',
    ServiceAccounts: 'default/robot',
  });
});
