/** A file's name that any shell takes as it is. */
export const fileName = (cluster: string): string =>
  `${
    cluster
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'cluster'
  }.kubeconfig`;

/** To paste where the file was saved. */
export const pastableCommands = (file: string): string =>
  [`export KUBECONFIG="$PWD/${file}"`, 'kubectl get nodes -o wide', 'kubectl get pods -A -w'].join('\n');
