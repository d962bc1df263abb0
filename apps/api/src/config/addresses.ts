/** Where people and kubectl find this server; known when both ports listen. */
export interface Addresses {
  /** Without a slash at its end. */
  publicUrl: string;
  kubeUrl: string;
  /** What kubectl must trust. */
  authorityPem: string;
}
