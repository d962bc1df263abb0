import type { DatagramResult, Network } from '@podlab/netstack';
import type { RecordType } from '../wire/message';
import type { DnsExchange } from './resolver';

const DNS_PORT = 53;

/** Asks name servers by UDP datagrams from a network namespace; `saw` is told how each exchange went. */
export function networkExchange(
  network: Network,
  namespace: string,
  saw: (result: DatagramResult) => void = () => undefined,
): DnsExchange {
  return (nameserver, data, timeout_ms) => {
    const result = network.sendDatagram(namespace, {
      destination: nameserver,
      port: DNS_PORT,
      data,
      timeout_ms,
    });
    saw(result);
    const { disposition, elapsed_ms } = result;
    const [bytes] = result.replies;
    if (disposition !== 'Answered') return { kind: disposition, elapsed_ms };
    return bytes ? { kind: 'Answered', bytes, elapsed_ms } : { kind: 'TimedOut', elapsed_ms: timeout_ms };
  };
}

/**
 * What a program asks for: the families of which the host has an address beyond loopback and link-local ones. Models
 * glibc's AI_ADDRCONFIG (sysdeps/unix/sysv/linux/check_pf.c).
 */
export function addressTypes(network: Network, namespace: string): RecordType[] {
  const interfaces = network.state.namespaces.get(namespace)?.interfaces.values() ?? [];
  const addresses = [...interfaces].flatMap((link) => link.addresses.map(({ address }) => address));
  const hasIPv6 = addresses.some((address) => address.includes(':') && !/^(::1$|fe[89ab])/.test(address));
  const hasIPv4 = addresses.some((address) => !address.includes(':') && !address.startsWith('127.'));
  if (!hasIPv6) return ['A'];
  return hasIPv4 ? ['A', 'AAAA'] : ['AAAA'];
}
