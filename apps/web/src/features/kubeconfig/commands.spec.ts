import { fileName, pastableCommands } from './commands';

it.each([
  ['lab06', 'lab06.kubeconfig'],
  ['My Lab! 06', 'my-lab-06.kubeconfig'],
  ['네트워크 실습', 'cluster.kubeconfig'],
  ['a/../../b', 'a-b.kubeconfig'],
])('the cluster %s is saved as %s', (name, file) => expect(fileName(name)).toBe(file));

it('names the saved file in the first of three commands', () => {
  expect(pastableCommands('lab06.kubeconfig').split('\n')).toEqual([
    'export KUBECONFIG="$PWD/lab06.kubeconfig"',
    'kubectl get nodes -o wide',
    'kubectl get pods -A -w',
  ]);
});
