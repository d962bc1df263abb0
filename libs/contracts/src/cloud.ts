import { z } from 'zod';
import { CONTRACT_LIMITS } from './limits';

/** What a load balancer does with the source of packets: leaves it (status `ipMode: VIP`), or puts its own there (`Proxy`). */
const SourceMode = z.enum(['preserve', 'rewrite']);

/**
 * The cloud provider's switch: `delay_ms` is virtual time until a load balancer has its address, `quota` how many there
 * may be, `source` is `preserve` unless given, `failing` a cloud whose API answers every call with an error. Of the
 * last two, what is left out stays as it is.
 */
export const CloudSettings = z.strictObject({
  enabled: z.boolean().default(false),
  delay_ms: z.int().min(0).max(CONTRACT_LIMITS.cloudDelayMilliseconds).default(3000),
  quota: z.int().min(0).max(CONTRACT_LIMITS.cloudLoadBalancers).default(20),
  source: SourceMode.optional(),
  failing: z.boolean().optional(),
});
export type CloudSettings = z.infer<typeof CloudSettings>;

/** Some of the settings, the others left as they are: `partial()` of the schema above would fill in its defaults. */
export const CloudChange = z
  .strictObject({
    enabled: z.boolean(),
    delay_ms: z.int().min(0).max(CONTRACT_LIMITS.cloudDelayMilliseconds),
    quota: z.int().min(0).max(CONTRACT_LIMITS.cloudLoadBalancers),
    source: SourceMode,
    failing: z.boolean(),
  })
  .partial();
export type CloudChange = z.infer<typeof CloudChange>;
