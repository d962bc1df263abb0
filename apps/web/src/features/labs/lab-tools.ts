import type { RequestSource, RequestTarget } from '@podlab/contracts';
import type { ObjectAddress } from '../../lib/kube-object';

/** What the screen does for the lab: sends a request and plays its journey, opens an object, or a YAML. */
export interface LabTools {
  watch: (from: RequestSource, to: RequestTarget) => Promise<unknown>;
  select: (address: ObjectAddress) => void;
  /** Opens a YAML where it can be changed and applied. */
  make: (yaml: string) => void;
}
