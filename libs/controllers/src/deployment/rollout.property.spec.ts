import type { Deployment, ReplicaSet } from '@podlab/api';
import { buildDeployment, ComponentHarness, testKubelet } from '@podlab/testkit';
import fc from 'fast-check';
import { replicaSetController } from '../replicaset/replica-set-controller';
import { deploymentController } from './deployment-controller';
import { maxSurgeOf, maxUnavailableOf } from './replica-counts';

const KEY = 'lab06/web';
const bound = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);

function withImage(deployment: Deployment, image: string): Deployment {
  const { template } = deployment.spec;
  const containers = template.spec?.containers.map((container) => ({ ...container, image })) ?? [];
  return {
    ...deployment,
    spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } },
  };
}

test('any rollout keeps its bounds all the way and ends with the new pods alone', () => {
  const images = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      bound,
      bound,
      images,
      fc.nat(3_000),
      (replicas, maxSurge, maxUnavailable, changes, pause) => {
        const cluster = new ComponentHarness({
          deployment: deploymentController,
          replicaset: replicaSetController,
          kubelet: testKubelet({ bindTo: 'node-a' }),
        });
        const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
        const deployment = buildDeployment('lab06', 'web', replicas, { strategy });
        cluster.client.create('deployments.apps', deployment);
        cluster.settle();
        const most = replicas + maxSurgeOf(deployment);
        const least = replicas - maxUnavailableOf(deployment);
        for (const image of changes) {
          cluster.edit<Deployment>('deployments.apps', KEY, (each) => withImage(each, image));
          for (let waited = 0; waited <= pause; waited += 250) {
            cluster.advance(250);
            const replicaSets = cluster.list<ReplicaSet>('replicasets.apps');
            const wanted = replicaSets.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0);
            const available = replicaSets.reduce(
              (sum, { status }) => sum + (status?.availableReplicas ?? 0),
              0,
            );
            expect(wanted).toBeLessThanOrEqual(most);
            expect(available).toBeGreaterThanOrEqual(least);
          }
        }
        expect(cluster.settle()).toBe(true);
        const active = cluster.list<ReplicaSet>('replicasets.apps').filter(({ spec }) => spec.replicas);
        expect(active.map(({ spec }) => [spec.template?.spec?.containers[0].image, spec.replicas])).toEqual(
          replicas === 0 ? [] : [[changes.at(-1), replicas]],
        );
      },
    ),
    { numRuns: 40 },
  );
});
