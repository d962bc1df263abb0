import type {
  ConfigMap,
  Container,
  Deployment,
  IngressClass,
  Namespace,
  Service,
  ServiceAccount,
} from '@podlab/api';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';

const NAME = 'ingress-nginx';
const CONTROLLER = 'ingress-nginx-controller';
export const INGRESS_CONTROLLER_IMAGE = 'registry.k8s.io/ingress-nginx/controller:v1.14.1';
const SELECTOR = {
  'app.kubernetes.io/component': 'controller',
  'app.kubernetes.io/instance': NAME,
  'app.kubernetes.io/name': NAME,
};
const LABELS = { ...SELECTOR, 'app.kubernetes.io/part-of': NAME, 'app.kubernetes.io/version': '1.14.1' };

/** What `kubectl apply` of ingress-nginx's manifest for clouds makes. Models ingress-nginx deploy/static/provider/cloud/deploy.yaml. */
export function ingressControllerObjects(): [GroupResource, KubeObject][] {
  return [
    ['namespaces', namespace()],
    ['serviceaccounts', serviceAccount()],
    ['configmaps', settings()],
    ['services', service()],
    ['deployments.apps', deployment()],
    ['ingressclasses.networking.k8s.io', ingressClass()],
  ];
}

const metadata = (name: string) => ({ name, namespace: NAME, labels: LABELS });

function namespace(): Namespace {
  const labels = { 'app.kubernetes.io/instance': NAME, 'app.kubernetes.io/name': NAME };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME, labels }, spec: {} };
}

function serviceAccount(): ServiceAccount {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(NAME) };
}

function settings(): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(CONTROLLER) };
}

/** Under a Local policy, so that the controller sees the client's own address. */
function service(): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(CONTROLLER),
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      selector: SELECTOR,
      ports: [
        { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http', appProtocol: 'http' },
        { name: 'https', port: 443, protocol: 'TCP', targetPort: 'https', appProtocol: 'https' },
      ],
    },
  };
}

function deployment(): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(CONTROLLER),
    spec: {
      minReadySeconds: 0,
      revisionHistoryLimit: 10,
      selector: { matchLabels: SELECTOR },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels: LABELS },
        spec: {
          dnsPolicy: 'ClusterFirst',
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          serviceAccountName: NAME,
          terminationGracePeriodSeconds: 300,
          containers: [container()],
        },
      },
    },
  };
}

function container(): Container {
  const probe = {
    httpGet: { path: '/healthz', port: 10_254, scheme: 'HTTP' },
    initialDelaySeconds: 10,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
  };
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return {
    name: 'controller',
    image: INGRESS_CONTROLLER_IMAGE,
    imagePullPolicy: 'IfNotPresent',
    args: [
      '/nginx-ingress-controller',
      `--publish-service=$(POD_NAMESPACE)/${CONTROLLER}`,
      `--election-id=${NAME}-leader`,
      '--controller-class=k8s.io/ingress-nginx',
      '--ingress-class=nginx',
      `--configmap=$(POD_NAMESPACE)/${CONTROLLER}`,
    ],
    env: [field('POD_NAME', 'metadata.name'), field('POD_NAMESPACE', 'metadata.namespace')],
    resources: { requests: { cpu: '100m', memory: '90Mi' } },
    ports: [
      { containerPort: 80, name: 'http', protocol: 'TCP' },
      { containerPort: 443, name: 'https', protocol: 'TCP' },
    ],
    livenessProbe: { ...probe, failureThreshold: 5 },
    readinessProbe: { ...probe, failureThreshold: 3 },
  };
}

function ingressClass(): IngressClass {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx', labels: LABELS },
    spec: { controller: 'k8s.io/ingress-nginx' },
  };
}
