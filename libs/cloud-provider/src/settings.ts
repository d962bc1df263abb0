/** The cloud's switch, as plain state. */
export interface CloudSwitch {
  /** Whether a cloud and its controller are there at all. */
  enabled: boolean;
  /** Virtual time that the cloud takes to make a load balancer, in milliseconds. */
  delay_ms: number;
  /** How many load balancers the account may have. */
  quota: number;
}

/** A load balancer in the cloud. */
export interface LoadBalancer {
  /** Models k8s.io/cloud-provider cloud.go DefaultLoadBalancerName: `a` and the Service's uid without dashes. */
  readonly id: string;
  /** Key of the Service it was made for. */
  readonly service: string;
  readonly address: string;
  ports: readonly { readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly port: number }[];
  /** Names of the nodes it was given. */
  hosts: readonly string[];
  /** Virtual time at which it is there, in milliseconds since the Unix epoch. */
  readonly ready_at: number;
}

/** Why the cloud refuses, in the words of its API. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
}
