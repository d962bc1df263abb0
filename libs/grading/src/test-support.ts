import type { Grade, LabProblem } from '@podlab/contracts';
import type { Lab, LabFiles } from './bundle/lab';
import { readLab } from './bundle/read-lab';

/** A small lab with one check of nearly every kind: a Deployment and a Service in front of it, from a client's pod. */
export const LAB_YAML = `apiVersion: podlab.dev/v1
kind: Lab
metadata: { name: small }
title: { en: A small lab, ko: 작은 실습 }
namespace: lab06
cluster: { nodes: 2, cloud: { enabled: true } }
variables:
  port: { integer: { from: 8000, to: 8999 } }
  app: { choose: [web, shop, blog] }
start:
  - apply: start.yaml
steps:
  - name: service
    title: { en: One way in, ko: 들어가는 길 하나 }
    text: service.md
    weight: 3
    checks:
      - name: three-replicas
        title: { en: Three pods are ready, ko: 파드 셋이 준비되었다 }
        kind: Object
        object: { apiVersion: apps/v1, kind: Deployment, name: '\${app}' }
        holds: object.status.readyReplicas >= 3
      - name: own-network
        title: { en: Pods have a network of their own, ko: 파드는 자기 네트워크를 쓴다 }
        hidden: true
        kind: Object
        object: { kind: Pod, selector: { app: '\${app}' } }
        holds: objects.all(p, !has(p.spec.hostNetwork) || !p.spec.hostNetwork)
      - name: by-name
        title: { en: Reachable by name, ko: 이름으로 닿는다 }
        weight: 2
        kind: Request
        request: { from: { kind: Pod, name: client }, to: 'http://\${app}:\${port}/', count: 20 }
        expect:
          status: 200
          path:
            - type: DnsQuery
            - { type: DestinationNat, after: { destination: 10.244.0.0/16, destination_port: 80 } }
          never: [{ type: NetworkPolicy, action: Dropped }]
        backends: { distinct: { min: 2 } }
      - name: name-is-found
        title: { en: The name has an address, ko: 이름에 주소가 있다 }
        kind: Dns
        from: { kind: Pod, name: client }
        lookup: '\${app}'
        answers: ['10.96.*']
      - name: from-a-shell
        title: { en: curl works, ko: curl이 된다 }
        kind: Exec
        from: { kind: Pod, name: client }
        command: [curl, -sS, 'http://\${app}:\${port}/']
        stdout: nginx
    quiz:
      - name: what-stays
        question: { en: What stays?, ko: 무엇이 그대로인가? }
        choices:
          - { name: pod-ip, text: { en: The pods' addresses, ko: 파드의 주소 }, why: { en: Pods come and go., ko: 파드는 오고 간다. } }
          - { name: cluster-ip, text: { en: The Service's address, ko: 서비스의 주소 }, right: true }
  - name: outside
    title: { en: From outside, ko: 바깥에서 }
    text: outside.md
    weight: 2
    hints: [{ text: { en: Look at the type., ko: 타입을 보세요. }, cost: 0.5 }]
    checks:
      - name: load-balancer
        title: { en: The load balancer serves, ko: 로드 밸런서가 응답한다 }
        kind: Request
        let:
          ip:
            kind: Service
            name: '\${app}'
            value: object.status.loadBalancer.ingress[0].ip
        request: { from: { kind: External }, to: 'http://\${ip}:\${port}/' }
        within_ms: 60000
      - name: pods-closed
        title: { en: Pods are not reached from outside, ko: 바깥에서 파드에 닿지 않는다 }
        requires: [load-balancer]
        kind: Connectivity
        let: { pod: { kind: Pod, selector: { app: '\${app}' }, value: 'objects[0].status.podIP' } }
        from: [{ kind: External }]
        to: ['tcp://\${pod}:80']
        expect: NoRoute
      - name: pods-replaced
        title: { en: New pods serve, ko: 새 파드가 응답한다 }
        kind: Disturbance
        stages:
          - do: [{ delete: { kind: Pod, selector: { app: '\${app}' } } }]
            expect:
              - kind: Request
                request: { from: { kind: Pod, name: client }, to: 'http://\${app}:\${port}/' }
      - name: by-selector
        title: { en: Nobody wrote endpoints, ko: 엔드포인트를 손으로 쓰지 않았다 }
        requires: [by-name]
        kind: History
        never: [{ kind: Write, resources: [endpoints, endpointslices.discovery.k8s.io] }]
    predictions:
      - name: closed
        question: { en: What becomes of it?, ko: 어떻게 될까? }
        request: { from: { kind: External }, to: 'http://10.96.0.10/' }
        ask: disposition
solution:
  - apply: solution.yaml
`;

const START = `apiVersion: v1
kind: Namespace
metadata: { name: lab06 }
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec:
  containers: [{ name: main, image: 'curlimages/curl:8.10.1', command: [sleep, infinity] }]
`;

/** What passes; `port` and `app` are as the seed drew them. */
export const SOLUTION = `apiVersion: apps/v1
kind: Deployment
metadata: { name: \${app} }
spec:
  replicas: 3
  selector: { matchLabels: { app: \${app} } }
  template:
    metadata: { labels: { app: \${app} } }
    spec:
      containers: [{ name: main, image: 'nginx:1.27', ports: [{ containerPort: 80 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: \${app} }
spec:
  type: LoadBalancer
  selector: { app: \${app} }
  ports: [{ port: \${port}, targetPort: 80 }]
`;

export const LAB_FILES: LabFiles = {
  'lab.yaml': LAB_YAML,
  'start.yaml': START,
  'solution.yaml': SOLUTION,
  'service.md': '# Service\n\nPort ${port}.\n',
  'service.ko.md': '# 서비스\n\n포트 ${port}.\n',
  'outside.md': '# Outside\n',
};

export const ANSWERS = { quiz: { 'what-stays': ['cluster-ip'] }, predictions: { closed: 'NoRoute' } };

/** The lab; a reading with problems fails. */
export function labOf(files: LabFiles = LAB_FILES): Lab {
  const reading = readLab(files);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems, null, 1));
  return reading.lab;
}

export function problemsOf(files: Record<string, string>): readonly LabProblem[] {
  const reading = readLab(files);
  return 'problems' in reading ? reading.problems : [];
}

/** The small lab with a piece of its text changed. */
export function changed(from: string, to: string, file = 'lab.yaml'): Record<string, string> {
  if (!LAB_FILES[file].includes(from)) throw new Error(`${file} has no ${from}`);
  return { ...LAB_FILES, [file]: LAB_FILES[file].replace(from, to) };
}

/** The names of what did not pass. */
export const failuresOf = (grade: Grade): string[] =>
  grade.checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
