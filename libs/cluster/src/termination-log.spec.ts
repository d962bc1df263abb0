import { get, lab } from './test-support';

it('a container that writes into /dev/termination-log leaves that as its message', () => {
  const script = 'echo "no database at $HOSTNAME" > /dev/termination-log; exit 3';
  const pod = {
    kind: 'Pod',
    metadata: { name: 'job', namespace: 'lab06' },
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script] }],
    },
  };
  const cluster = lab([pod]);
  const { containerStatuses } = get(cluster, '/api/v1/namespaces/lab06/pods/job').status as unknown as {
    containerStatuses: { state: object }[];
  };
  expect(containerStatuses[0].state).toEqual({
    terminated: expect.objectContaining({ exitCode: 3, reason: 'Error', message: 'no database at job\n' }),
  });
});
