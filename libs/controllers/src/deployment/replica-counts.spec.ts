import { buildDeployment } from '@podlab/testkit';
import { maxSurgeOf, maxUnavailableOf } from './replica-counts';

type Bound = number | string;

describe('surge rounds up, unavailable rounds down, and something can always move', () => {
  const rows: [
    replicas: number,
    maxSurge: Bound,
    maxUnavailable: Bound,
    surge: number,
    unavailable: number,
  ][] = [
    [10, '25%', '25%', 3, 2],
    [3, '25%', '25%', 1, 0],
    [1, '25%', '25%', 1, 0],
    [4, 0, '20%', 0, 1],
    [4, 0, 0, 0, 1],
    [2, 1, 5, 1, 2],
    [0, '25%', '25%', 0, 0],
    [7, '100%', '100%', 7, 7],
  ];

  test.each(rows)(
    '%d replicas with maxSurge %s and maxUnavailable %s',
    (replicas, maxSurge, maxUnavailable, surge, unavailable) => {
      const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
      const deployment = buildDeployment('lab06', 'web', replicas, { strategy });
      expect([maxSurgeOf(deployment), maxUnavailableOf(deployment)]).toEqual([surge, unavailable]);
    },
  );

  test('Recreate has neither', () => {
    const deployment = buildDeployment('lab06', 'web', 4, { strategy: { type: 'Recreate' } });
    expect([maxSurgeOf(deployment), maxUnavailableOf(deployment)]).toEqual([0, 0]);
  });
});
