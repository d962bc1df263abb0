/** A real cluster can't be asked: no such kubeconfig, nobody answers, or it lets us do nothing. */
export class ClusterRefused extends Error {
  override readonly name = 'ClusterRefused';
}
