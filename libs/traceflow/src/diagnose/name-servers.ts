import type { Failure, Finding, Fix } from './finding';
import { replaceField } from './finding';
import { asksTheCluster } from './written-names';

const DNS_SERVICE = 'kube-system/kube-dns';
const DNS_PORT = 53;

/** Why a failure of any kind happened: names ask it about the packets to their server. */
export type FindCause = (failure: Failure) => Finding;

/** The name server did not answer, or answered that it can't: says why the packet to it failed. */
export function diagnoseNameServer(failure: Failure, findCause: FindCause): Finding {
  const { objects, name } = failure;
  if (!asksTheCluster(failure)) return foreignServer(failure);
  const service = objects.services.get(DNS_SERVICE);
  const code = 'DnsUnavailable';
  if (!service) {
    const reason = `there is no Service ${DNS_SERVICE}`;
    const found = `no Service ${DNS_SERVICE}`;
    return { code, field: DNS_SERVICE, found, params: { reason }, fix: serviceAgain(failure) };
  }
  if (name.rcode !== 'TIMEOUT')
    return { code, object: service, found: name.rcode, params: { reason: name.rcode } };
  const deployment = objects.deployments.get('kube-system/coredns');
  if (deployment?.spec.replicas === 0) {
    const fix = replaceField(deployment, '/spec/replicas', 2);
    const found = { object: deployment, field: 'spec.replicas', found: 0, expected: 2, fix };
    return { code, ...found, params: { reason: 'NoReplicas' } };
  }
  const odd = oddAnswer(failure);
  if (odd) return odd;
  const cause = causeOfSilence(failure, findCause);
  const { fix, message: _, ...found } = cause;
  const kept = fix && fix.action !== 'Request' ? { fix } : {};
  return { object: service, ...found, ...kept, code, params: { ...cause.params, reason: cause.code } };
}

/** Models kubernetes cmd/kubeadm/app/phases/addons/dns manifests.go CoreDNSService: under the address that pods know. */
function serviceAgain({ dependencies }: Failure): Fix {
  const [namespace, name] = DNS_SERVICE.split('/');
  const labels = { 'k8s-app': 'kube-dns' };
  const port = (portName: string, protocol: string) => ({ name: portName, port: DNS_PORT, protocol });
  const spec = {
    clusterIP: dependencies.surroundings.cluster_dns_ip,
    selector: labels,
    ports: [port('dns', 'UDP'), port('dns-tcp', 'TCP')],
  };
  const manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec };
  return { action: 'Create', manifest };
}

/** What runs as the name server answers, but with something that is no DNS. */
function oddAnswer({ name: { exchange }, objects }: Failure): Finding | undefined {
  if (exchange?.disposition !== 'Answered') return undefined;
  const pod = objects.podByUid(exchange.peer?.namespace.replace(/^pod\//, '') ?? '');
  if (!pod) return undefined;
  const found = pod.spec.containers[0].image;
  const field = 'spec.containers[0].image';
  return { code: 'DnsUnavailable', message: 'DnsUnavailable.NoDns', object: pod, field, found };
}

/** The last packet to the name server, looked at as a request of its own. */
function causeOfSilence(failure: Failure, findCause: FindCause): Finding {
  const { name, sender } = failure;
  const { exchange } = name;
  const host = name.tries[name.tries.length - 1]?.nameserver ?? sender.resolver.nameservers[0];
  if (!exchange || exchange.disposition === 'Answered') return { code: 'TimedOut' };
  const { disposition, elapsed_ms, end, peer } = exchange;
  const to = { host, port: DNS_PORT, protocol: 'UDP' } as const;
  return findCause({
    ...failure,
    request: { ...failure.request, to },
    target: to,
    name: { rcode: 'NOERROR', address: host, tries: [], elapsed_ms: 0 },
    outcome: { disposition, elapsed_ms, end, ...(peer && { peer }) },
  });
}

/** A pod that was given other name servers than the cluster's. */
function foreignServer({ sender, name, dependencies }: Failure): Finding {
  const found = name.tries[name.tries.length - 1]?.nameserver ?? '';
  const expected = dependencies.surroundings.cluster_dns_ip;
  const finding = { code: 'NameServerUnreachable', found };
  if (!sender.pod) return finding;
  return {
    ...finding,
    object: sender.pod,
    field: 'spec.dnsConfig.nameservers',
    expected,
    message: 'NameServerUnreachable.Pod',
  };
}
