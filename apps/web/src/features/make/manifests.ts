import { stringify } from 'yaml';

export interface DeploymentForm {
  namespace: string;
  name: string;
  image: string;
  replicas: number;
  port: number;
}
export interface ServiceForm {
  namespace: string;
  name: string;
  type: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  /** Labels of the pods behind it. */
  selector: Record<string, string>;
  port: number;
  targetPort: number;
  /** 0: the cluster chooses. */
  nodePort: number;
}

const documents = (...objects: unknown[]): string =>
  objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');

const namespaceManifest = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** A Deployment, after its namespace where there is none yet. */
export function deploymentYaml(form: DeploymentForm, namespaces: readonly string[]): string {
  const labels = { app: form.name };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: form.name, namespace: form.namespace },
    spec: {
      replicas: form.replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: containerName(form.image), image: form.image, ports: [{ containerPort: form.port }] },
          ],
        },
      },
    },
  };
  return withNamespace(form.namespace, namespaces, deployment);
}

export function serviceYaml(form: ServiceForm, namespaces: readonly string[]): string {
  const chosen = form.type !== 'ClusterIP' && form.nodePort > 0;
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: form.name, namespace: form.namespace },
    spec: {
      type: form.type,
      selector: form.selector,
      ports: [{ port: form.port, targetPort: form.targetPort, ...(chosen && { nodePort: form.nodePort }) }],
    },
  };
  return withNamespace(form.namespace, namespaces, service);
}

/** A pod to send requests from. */
export const clientYaml = (namespace: string, namespaces: readonly string[]): string =>
  withNamespace(namespace, namespaces, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client', namespace, labels: { app: 'client' } },
    spec: { containers: [{ name: 'client', image: 'curlimages/curl', command: ['sleep', '1d'] }] },
  });

const withNamespace = (name: string, namespaces: readonly string[], object: unknown): string =>
  namespaces.includes(name) ? documents(object) : documents(namespaceManifest(name), object);

/** `registry.k8s.io/e2e-test-images/agnhost:2.45` runs as a container called agnhost. */
export const containerName = (image: string): string =>
  image
    .split('/')
    .at(-1)!
    .split(/[:@]/)[0]!
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .replace(/^-+|-+$/g, '') || 'main';
