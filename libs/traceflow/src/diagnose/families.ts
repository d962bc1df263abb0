import { familyOfText, isLoopback, tryParseAddress } from '@podlab/netstack';
import { changeRequest } from './finding';
import type { Failure, Finding } from './finding';

/** Whether a text is a loopback address of either family. */
export function isLoopbackText(text: string): boolean {
  const address = tryParseAddress(text);
  return address !== undefined && isLoopback(address);
}

/** An address of a family that the cluster, or the address that the sender insists on, does not have. */
export function wrongFamily({ name, request, dependencies }: Failure): Finding | undefined {
  const { address } = name;
  if (address === undefined || isLoopbackText(address)) return undefined;
  const family = familyOfText(address);
  const families = dependencies.surroundings.pod_cidr.split(',').map(familyOfText);
  if (!families.includes(family))
    return {
      code: 'AddressFamilyNotInCluster',
      found: address,
      expected: families,
      params: { family },
    };
  const { from } = request;
  const own = from.kind === 'Pod' ? undefined : from.ip;
  if (own === undefined || familyOfText(own) === family) return undefined;
  const { ip: _, ...rest } = from as { ip?: string };
  const fix = changeRequest({ from: rest as typeof from });
  const params = { address, family };
  return { code: 'AddressFamiliesDiffer', field: 'from.ip', found: own, expected: family, params, fix };
}
