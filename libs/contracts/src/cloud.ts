import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';

/** The cloud provider's switch: `delay_ms` is virtual time until a load balancer has its address, `quota` how many there may be. */
export const CloudSettings = z.strictObject({
  enabled: z.boolean().default(false),
  delay_ms: z.int().min(0).max(CONTRACT_LIMITS.cloudDelayMilliseconds).default(3000),
  quota: z.int().min(0).max(CONTRACT_LIMITS.cloudLoadBalancers).default(20),
});
export type CloudSettings = z.infer<typeof CloudSettings>;

/** Some of the settings, the others left as they are: `partial()` of the schema above would fill in its defaults. */
export const CloudChange = z
  .strictObject({
    enabled: z.boolean(),
    delay_ms: z.int().min(0).max(CONTRACT_LIMITS.cloudDelayMilliseconds),
    quota: z.int().min(0).max(CONTRACT_LIMITS.cloudLoadBalancers),
  })
  .partial();
export type CloudChange = z.infer<typeof CloudChange>;
