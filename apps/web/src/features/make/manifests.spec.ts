import { parseAllDocuments } from 'yaml';
import { clientYaml, containerName, deploymentYaml, serviceYaml } from './manifests';

const read = (text: string) => parseAllDocuments(text).map((document) => document.toJS());
const deployment = {
  namespace: 'lab06',
  name: 'nginx-deployment',
  image: 'nginx:1.27',
  replicas: 3,
  port: 80,
};
const service = {
  namespace: 'lab06',
  name: 'nginx-service',
  type: 'NodePort' as const,
  selector: { app: 'nginx-deployment' },
  port: 80,
  targetPort: 80,
  nodePort: 30123,
};

describe('manifests', () => {
  it('make the namespace first where there is none', () => {
    expect(read(deploymentYaml(deployment, [])).map(({ kind }) => kind)).toEqual(['Namespace', 'Deployment']);
    expect(read(deploymentYaml(deployment, ['lab06'])).map(({ kind }) => kind)).toEqual(['Deployment']);
  });
  it("select the pods that the Deployment's template makes", () => {
    const [made] = read(deploymentYaml(deployment, ['lab06']));
    expect(made.spec.selector.matchLabels).toEqual(made.spec.template.metadata.labels);
    expect(made.spec.template.spec.containers).toEqual([
      { name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }] },
    ]);
  });
  it.each([
    ['NodePort' as const, 30123, { port: 80, targetPort: 80, nodePort: 30123 }],
    ['NodePort' as const, 0, { port: 80, targetPort: 80 }],
    ['ClusterIP' as const, 30123, { port: 80, targetPort: 80 }],
  ])('write the ports of a %s with nodePort %d', (type, nodePort, port) => {
    expect(read(serviceYaml({ ...service, type, nodePort }, ['lab06']))[0].spec.ports).toEqual([port]);
  });
  it('say everything twice rather than by alias', () => {
    expect(deploymentYaml(deployment, [])).not.toMatch(/[&*]a1/);
  });
  it('give a pod to send from', () => expect(read(clientYaml('lab06', ['lab06']))[0].kind).toBe('Pod'));
});

it.each([
  ['nginx', 'nginx'],
  ['registry.k8s.io/e2e-test-images/agnhost:2.45', 'agnhost'],
  ['hashicorp/http-echo@sha256:0', 'http-echo'],
  [':', 'main'],
])('the image %s runs as %s', (image, name) => expect(containerName(image)).toBe(name));
