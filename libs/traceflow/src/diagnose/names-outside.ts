import type { Service } from '@podlab/api';
import type { Failure, Finding } from './finding';
import { nameOf, replaceField } from './finding';
import { nearest } from './near';
import { noSuchName } from './near-names';
import { balancerPending } from './load-balancers';
import { insideWay, outsideWay } from './ways';
import { homeOf } from './written-names';
import type { WrittenName } from './written-names';

/** Whoever asks the name server outside knows neither the cluster's names nor load balancers without an address. */
export function unknownOutside(written: WrittenName, failure: Failure): Finding {
  const { objects, target, sender } = failure;
  const inNamespace = (service: Service) =>
    written.namespace === '' || service.metadata.namespace === written.namespace;
  const [service] = written.in_cluster
    ? objects.services.list().filter((one) => one.metadata.name === written.service && inNamespace(one))
    : [];
  if (!service) return notInCluster(written, failure);
  if (sender.pod) return wrongPolicy(service, failure);
  const pending = balancerPending(service, failure);
  if (pending) return pending;
  const fix = outsideWay(service, failure) ?? insideWay(service, failure);
  const params = { name: target.host, service: nameOf(service) };
  const finding = { code: 'ClusterNameOutsideCluster', object: service, field: 'metadata.name', params };
  return { ...finding, found: target.host, ...(fix && { fix }) };
}

function notInCluster(written: WrittenName, failure: Failure): Finding {
  const { objects, target } = failure;
  if (!written.rest.startsWith('.svc') && !target.host.replace(/\.$/, '').endsWith('.cluster.local'))
    return noSuchName(failure, homeOf(failure));
  const near = nearest(
    written.service,
    objects.services.list(written.namespace),
    ({ metadata }) => metadata.name,
  );
  const params = { name: target.host, service: near ? nameOf(near) : '' };
  return { code: 'ClusterNameOutsideCluster', found: target.host, params, ...(near && { object: near }) };
}

/** A pod that has the node's resolver, by its policy or because it is on the node's network. */
function wrongPolicy(service: Service, { sender, objects, target }: Failure): Finding {
  const pod = sender.pod as NonNullable<typeof sender.pod>;
  const found = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const expected = pod.spec.hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst';
  const owner = objects.templateOwner(pod);
  const inTemplate = owner !== pod;
  const field = inTemplate ? 'spec.template.spec.dnsPolicy' : 'spec.dnsPolicy';
  const params = { name: target.host, service: nameOf(service) };
  const finding = { code: 'PodDoesNotUseClusterDns', object: owner, field, found, expected, params };
  if (!inTemplate) return finding;
  return { ...finding, fix: replaceField(owner, '/spec/template/spec/dnsPolicy', expected) };
}
