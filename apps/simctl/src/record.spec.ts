import { record, replay } from './record';
import { runScenario } from './scenario/run';

const SCENARIO = `
settle
kubectl apply -f - <<END
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx:1.27, ports: [{ containerPort: 80 }] }] }
END
kubectl expose deployment web
settle
request from node:node-a to http://10.96.0.10:9153/
request from pod:default/nobody to http://web/
node down node-b
advance 1m
`;

describe('a log', () => {
  it('is lived through again to the same bytes', () => {
    let log: ReturnType<typeof record> | undefined;
    const { cluster } = runScenario(SCENARIO, {
      read: String,
      onStart: (fresh) => void (log = record(fresh)),
    });
    expect(replay(log?.text() ?? '').hash()).toBe(cluster.hash());
  });

  it('that was tampered with is refused', () => {
    let log: ReturnType<typeof record> | undefined;
    runScenario(SCENARIO, { read: String, onStart: (fresh) => void (log = record(fresh)) });
    const text = log?.text().replaceAll('"replicas":2', '"replicas":3') ?? '';
    expect(() => replay(text)).toThrow('replay differs from the log at resourceVersion');
  });
});
