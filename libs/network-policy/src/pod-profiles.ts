import type { Pod } from '@podlab/api';
import { namedPorts, profileKey } from './policy-pod';
import type { PodProfile } from './policy-pod';

interface Counted {
  readonly profile: PodProfile;
  pods: number;
}

/** The profiles of all pods: each there as long as a pod has it, with a number that is then free for another. */
export class PodProfiles {
  private readonly by_key = new Map<string, Counted>();
  private readonly keys = new Map<PodProfile, string>();
  private readonly free: number[] = [];
  private next = 0;

  /** `forget` hears of a profile that nobody has any more. */
  constructor(private readonly forget: (profile: PodProfile) => void) {}

  /** The profile of a pod, counted once more. */
  take(pod: Pod): PodProfile {
    const { namespace = '', labels = {} } = pod.metadata;
    const ports = namedPorts(pod);
    const key = profileKey(namespace, labels, ports);
    let counted = this.by_key.get(key);
    if (!counted) {
      const id = this.free.pop() ?? this.next++;
      counted = { profile: { id, namespace, labels, ports }, pods: 0 };
      this.by_key.set(key, counted);
      this.keys.set(counted.profile, key);
    }
    counted.pods++;
    return counted.profile;
  }

  /** One pod less has it. */
  give(profile: PodProfile): void {
    const key = this.keys.get(profile) ?? '';
    const counted = this.by_key.get(key);
    if (!counted || --counted.pods > 0) return;
    this.by_key.delete(key);
    this.keys.delete(profile);
    this.free.push(profile.id);
    this.forget(profile);
  }

  all(): Iterable<PodProfile> {
    return this.keys.keys();
  }
}
