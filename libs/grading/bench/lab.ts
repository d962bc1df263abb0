/** A lab of 20 checks as courses have them: objects, requests with their ways, names, a history, a disturbance. */
export function benchLab(): Record<string, string> {
  const object = (name: string, query: string, holds: string) =>
    `{ name: ${name}, title: ${name}, kind: Object, object: ${query}, holds: '${holds}' }`;
  const request = (name: string, from: string, to: string, expect: string) =>
    `{ name: ${name}, title: ${name}, kind: Request, request: { from: ${from}, to: '${to}' }, expect: ${expect} }`;
  const client = '{ kind: Pod, name: client }';
  const deployment = '{ apiVersion: apps/v1, kind: Deployment, name: web }';
  const service = '{ kind: Service, name: web }';
  const pods = '{ kind: Pod, selector: { app: web } }';
  const checks = [
    object('replicas', deployment, 'object.spec.replicas == 3'),
    object('ready', deployment, 'object.status.readyReplicas == 3'),
    object('image', deployment, 'object.spec.template.spec.containers.all(c, c.image.startsWith("nginx:"))'),
    object('labels', deployment, 'object.spec.selector.matchLabels.app == "web"'),
    object('type', service, 'object.spec.type == "NodePort"'),
    object('port', service, 'object.spec.ports.exists(p, p.port == 80)'),
    object('selector', service, 'object.spec.selector.app == "web"'),
    object('running', pods, 'objects.size() == 3 && objects.all(p, p.status.phase == "Running")'),
    object('own-network', pods, 'objects.all(p, !has(p.spec.hostNetwork))'),
    request('by-name', client, 'http://web/', '{ status: 200 }'),
    request('whole-name', client, 'http://web.lab06.svc.cluster.local/', '{ status: 200 }'),
    request(
      'by-dnat',
      client,
      'http://web/',
      '{ path: [{ type: DestinationNat, after: { destination: 10.244.0.0/16 } }] }',
    ),
    request('from-node', '{ kind: Node, name: node-b }', 'http://172.18.0.3:30080/', '{ status: 200 }'),
    request('from-outside', '{ kind: External }', 'http://172.18.0.3:30080/', '{ status: 200 }'),
    request('other-node', '{ kind: External }', 'http://172.18.0.4:30080/', '{ status: 200 }'),
    '{ name: closed, title: closed, requires: [by-name], kind: Connectivity, from: [{ kind: External }], to: ["tcp://10.96.0.10:53"], expect: NoRoute }',
    '{ name: found, title: found, kind: Dns, from: { kind: Pod, name: client }, lookup: web, answers: ["10.96.*"] }',
    '{ name: curl, title: curl, kind: Exec, from: { kind: Pod, name: client }, command: [curl, -sS, "http://web/"], stdout: nginx }',
    '{ name: no-endpoints, title: x, requires: [by-name], kind: History, never: [{ kind: Write, resources: [endpoints, endpointslices.discovery.k8s.io] }] }',
    '{ name: replaced, title: x, kind: Disturbance, stages: [{ do: [{ delete: { kind: Pod, selector: { app: web } } }], expect: [{ kind: Request, request: { from: { kind: Pod, name: client }, to: "http://web/" }, expect: { status: 200 } }] }] }',
  ];
  return {
    'lab.yaml': [
      'apiVersion: podlab.dev/v1',
      'kind: Lab',
      'metadata: { name: bench }',
      'title: Bench',
      'namespace: lab06',
      'cluster: { nodes: 2 }',
      'start: [{ apply: start.yaml }]',
      'solution: []',
      'steps:',
      '  - name: all',
      '    title: All',
      '    text: all.md',
      '    checks:',
      ...checks.map((check) => `      - ${check}`),
    ].join('\n'),
    'all.md': '# All\n',
    'start.yaml': [
      'apiVersion: v1',
      'kind: Namespace',
      'metadata: { name: lab06 }',
      '---',
      'apiVersion: v1',
      'kind: Pod',
      'metadata: { name: client }',
      "spec: { containers: [{ name: main, image: 'curlimages/curl:8.10.1', command: [sleep, infinity] }] }",
    ].join('\n'),
  };
}

/** What students hand in: most of it right; every fifth lacks a replica, every seventh has another port. */
export function benchSubmission(index: number): string {
  const replicas = index % 5 === 4 ? 2 : 3;
  const nodePort = index % 7 === 6 ? 30081 : 30080;
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: nginx, image: 'nginx:1.27', ports: [{ containerPort: 80 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: NodePort
  selector: { app: web }
  ports: [{ port: 80, nodePort: ${nodePort} }]
`;
}
