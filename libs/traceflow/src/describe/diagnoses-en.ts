/** Sentences of diagnoses in English; `{name}` stands for a parameter. */
export const ENGLISH_DIAGNOSES: Readonly<Record<string, string>> = {
  ClusterIPNotReachableFromOutside:
    '{address} is the cluster IP of Service {service}: it exists only inside the cluster. From outside use a NodePort or a LoadBalancer.',
  PodIPNotReachableFromOutside:
    '{address} is the address of pod {object}: it exists only inside the cluster. From outside use a Service of type NodePort or LoadBalancer.',
  ClusterNameOutsideCluster:
    '{name} is a name of the cluster: only pods can resolve it, not nodes and not the outside.',
  LoadBalancerPending: 'Service {object} has no external address yet.',
  'LoadBalancerPending.NoCloud':
    'Service {object} waits for an external address, but this cluster has no cloud provider that could give one.',
  'LoadBalancerPending.Quota':
    'Service {object} has no external address: the cloud allows {quota} load balancers and all are used.',
  'LoadBalancerPending.Slow':
    'Service {object} has no external address yet: the cloud is still making its load balancer.',
  'LoadBalancerPending.OtherClass':
    'Service {object} waits for a load balancer of class {class}, which nobody here implements.',
  NameInOtherNamespace:
    '{service} is not in namespace {found} but in {expected}: the name is {service}.{expected}.',
  NameNotFound: 'There is no name {name}.',
  'NameNotFound.NearMiss': 'There is no name {name}. Is {expected} meant?',
  ExternalNameNotFound: 'Service {object} is an alias of {found}, and that name does not exist.',
  'ExternalNameNotFound.NearMiss':
    'Service {object} is an alias of {found}, and that name does not exist. Is {expected} meant?',
  NameServerUnreachable: 'The name server {found} does not answer.',
  'NameServerUnreachable.Pod':
    'Pod {object} asks name server {found}, which does not answer; the cluster\u2019s is {expected}.',
  PodDoesNotUseClusterDns:
    'With dnsPolicy {found} the pod asks its node\u2019s name server, which does not know {name}; expected: {expected}.',
  NameNotValid:
    '{name} is no name of DNS: {found} has {length} characters, and no part of a name has more than {longest}.',
  NameNotInSearchPath: '{name} is looked up as {tried}, but the Service is named {expected}.',
  PodNameIsNoDnsName: '{name} is the name of a pod, and pods have no name in DNS. Its address is {address}.',
  HeadlessHostNotFound: 'Service {service} has no endpoint named {host}.',
  'HeadlessHostNotFound.Pod':
    'Pod {object} is not {host} of Service {service} in DNS: {field} is {found}, expected: {expected}.',
  NoAddressOfFamily: 'Service {service} has only addresses of {found}, and the sender has only {expected}.',
  'NoAddressOfFamily.Host': '{name} has only the address {found}, and the sender has only {expected}.',
  DnsUnavailable: 'The cluster\u2019s name server does not answer ({reason}).',
  SelectorMatchesNoPod: 'The selector of Service {object} ({found}) matches no pod; expected: {expected}.',
  NoReplicas: 'Deployment {object} is scaled to 0, so its Service has no pods.',
  NoEndpoints: 'Service {object} has no selector and no endpoints of its own.',
  NoReadyEndpoint: 'No pod of Service {object} is ready ({found}).',
  TargetPortNameNotFound:
    'No container port of the pods of Service {object} is named {found}; expected: {expected}.',
  'TargetPortNameNotFound.NothingNear': 'No container port of the pods of Service {object} is named {found}.',
  TargetPortNotListening:
    'Service {object} sends to port {found} of pod {pod}, where nothing listens; the pod listens on {expected}.',
  PodPortNotListening: 'Nothing listens on port {found} of pod {object}; it listens on {expected}.',
  'PodPortNotListening.Nothing': 'Nothing listens on port {found} of pod {object} for {protocol}.',
  'PortNotExposedByService.Ping':
    'The address of Service {object} answers no ping: it exists only in rules for its ports, {expected}.',
  'TargetPortNotListening.Nothing':
    'Service {object} sends to port {found} of pod {pod}, where nothing listens.',
  'SelectorMatchesNoPod.NothingNear': 'The selector of Service {object} ({found}) matches no pod.',
  'StalePodIP.NoService': 'No pod has the address {found} (any more): pods come and go.',
  'StaleClusterIP.NoService': 'No Service has the address {found} (any more).',
  AddressFamilyNotInCluster:
    '{found} is an {family} address, and this cluster has {expected} only: nothing in it has a route there.',
  AddressFamiliesDiffer: 'A packet from {found} can\u2019t go to {address}: both must be {family}.',
  LoopbackSource:
    'A packet from {found} can\u2019t leave its host for {address}: loopback addresses stay inside.',
  PortNotExposedByService: 'Service {object} has no port {found}; it has {expected}.',
  NodePortOnWrongPort: 'No node port {found}. Service {object} has node port {expected}.',
  'NodePortNotServedOnAddress.IPv6Loopback':
    'kube-proxy serves the node port of Service {object} on no {address}: Linux never routes the IPv6 loopback address. Use {expected} on node {node}.',
  NodePortNotServedOnAddress:
    'kube-proxy in nftables mode serves the node port of Service {object} only on the primary address of node {node}, {expected}, not on {address}.',
  HostPortOnOtherNode:
    'Host port {found} is open only where its pod {pod} runs: on node {node}, at {expected}.',
  HostPortOnOtherAddress: 'Pod {pod} opens host port {found} only on {expected} of node {node}.',
  NodePortNotOpen: 'Nothing listens on port {found} of the node, and no Service has a {protocol} node port.',
  ExternalTrafficPolicyLocalWithoutLocalEndpoint:
    'Service {object} has externalTrafficPolicy Local and node {node} has no ready pod of it: the packet is dropped.',
  InternalTrafficPolicyLocalWithoutLocalEndpoint:
    'Service {object} has internalTrafficPolicy Local and node {node} has no ready pod of it: the packet is dropped.',
  SourceNotInLoadBalancerSourceRanges: 'Service {object} admits only {found}; {address} is not among them.',
  RulesNotYetWritten: 'The rules for Service {object} are not up to date yet: wait a moment.',
  StalePodIP:
    'No pod has the address {found} (any more): pods come and go. Use Service {service}, whose address stays.',
  StaleClusterIP: 'No Service has the address {found} (any more). Service {service} is there.',
  StaleLoadBalancerIP:
    'No load balancer has the address {found} (any more). Service {service} can be reached from outside in another way.',
  'StaleLoadBalancerIP.NoService': 'No load balancer has the address {found} (any more).',
  'DnsUnavailable.NoDns':
    'Pod {object} answers as the cluster\u2019s name server, but with something that is no DNS: its image is {found}.',
  NobodyHasAddress: 'Nobody has the address {found}.',
  HostPortNotListening:
    'Host {host} outside the cluster does not listen on port {found}; it listens on {expected}.',
  PodNotScheduled: 'Pod {object} has no node: {reason}',
  PodOnMissingNode: 'Pod {object} is bound to node {found}, which does not exist; there is {expected}.',
  PodFinished:
    'Pod {object} has ended ({found}, exit code {exit_code}) and is not started again: its restartPolicy says so.',
  ContainerCommandNotFound:
    'Container {container} of pod {object} does not start: its command {found} is not in the image (exit code {exit_code}).',
  ContainerNotConfigured: 'Container {container} of pod {object} can\u2019t be made: {found}.',
  VolumeNotMounted: 'Pod {object} waits for a volume: {reason}',
  InitContainerNotFinished: 'Pod {object} waits for its init container {container}, which has not ended.',
  StartupProbeFailing:
    'Pod {object} runs but counts as starting: the startup probe of container {container} has not succeeded.',
  LivenessProbeFailing:
    'Container {container} of pod {object} is ended again and again: its liveness probe fails.',
  ReadinessGateNotMet: 'Pod {object} runs but is not ready: its readiness gate {found} is not {expected}.',
  PodsNotCreated: 'Deployment {object} can\u2019t make its pods: {reason}',
  'PodsNotCreated.Paused': 'Deployment {object} has no pods and is paused ({field} is {found}).',
  'PodsNotCreated.Yet': 'Deployment {object} has not made its pods yet: wait a moment.',
  'TargetPortNotListening.Protocol':
    'Service {object} sends {found} to port {port} of pod {pod}, which listens there for {expected}.',
  'PodPortNotListening.Protocol':
    'Nothing listens on port {found} of pod {object} for {protocol}; it listens on {expected}.',
  'PodPortNotListening.Address':
    'Pod {object} listens on port {found} only at {address}: a process that is to be reached from elsewhere has to listen on {expected}.',
  'PortNotExposedByService.NodePort':
    '{asked} is a node port of Service {object}: nodes have it. At the Service\u2019s own address the port is {port}.',
  'PortNotExposedByService.TargetPort':
    '{asked} is the port of the pods of Service {object}. The Service\u2019s own port is {port}.',
  'PortNotExposedByService.Protocol': 'Service {object} has port {port} for {protocol}, not {found}.',
  'PortNotExposedByService.Https':
    'Service {object} has no port {found}, the port of https; plain HTTP is on port {port}.',
  'NodePortOnWrongPort.Protocol':
    '{port} is a node port of Service {object} for {protocol}, not for {asked}.',
  NodePortOfOtherFamily:
    'Service {object} has only {found}, so no node has its node port on {address}, an {family} address.',
  ExternalIPNotRouted:
    '{found} is an external IP of Service {object}: the nodes know it, but nothing outside leads packets for it to a node.',
  EndpointPortNameDiffers:
    'EndpointSlice {object} names its port {found}, but the port of Service {service} is named {expected}: the two do not meet.',
  EndpointNotReady: 'The endpoint {address} of Service {service}, written by hand, is marked not ready.',
  EndpointAddressDead:
    'Service {service} sends to {found}, an endpoint written by hand: nobody has that address.',
  EndpointPortNotListening:
    'Service {service} sends to port {found} of {address}, an endpoint written by hand: nothing listens there. It listens on {expected}.',
  'EndpointPortNotListening.Nothing':
    'Service {service} sends to port {found} of {address}, an endpoint written by hand: nothing listens there.',
  ConntrackFull:
    '{namespace} tracks as many connections as it may ({field}): the first packet of a further one is dropped. Those that ended are forgotten after two minutes.',
  'SourcePortInUse.Address': 'The sender does not have the address that it was told to send from.',
  'SourcePortInUse.NoneLeft':
    'The sender has no free source port left: those of connections that just ended come free after a while.',
  'HostPortNotListening.Nothing': 'Host {host} outside the cluster does not listen on port {found}.',
  PodStarting: 'Pod {object} is still starting ({found}).',
  PodTerminating: 'Pod {object} is being terminated.',
  ImagePullFailing: 'Pod {object} does not start: its image {found} can\u2019t be pulled.',
  'ImagePullFailing.NearMiss': 'Pod {object} does not start: there is no image {found}. Is {expected} meant?',
  ContainerCrashing:
    'Container {container} of pod {object} ends again and again (exit code {exit_code}, {restarts} restarts).',
  ReadinessProbeFailing:
    'Pod {object} runs but is not ready: the readiness probe of container {container} fails.',
  'ContainerCrashing.Fault':
    'Container {container} of pod {object} is made to crash by the fault {fault}. Delete the fault.',
  'ReadinessProbeFailing.Fault':
    'Pod {object} runs but is not ready: the fault {fault} makes its readiness fail. Delete the fault.',
  ReadinessProbePending:
    'Pod {object} runs but is not ready yet: the readiness probe of container {container} has not run. In {seconds} s it will have.',
  'ImagePullFailing.Fault':
    'Pod {object} does not start: the fault {fault} keeps its image {found} from being pulled. Delete the fault.',
  'ContainerCrashing.BackOff':
    'Container {container} of pod {object} has not been started again yet: the fault that made it crash is over, and the kubelet waits before it tries again.',
  'ImagePullFailing.BackOff':
    'Pod {object} has not started yet: the fault that kept its image {found} from being pulled is over, and the kubelet waits before it tries again.',
  'NodeUnreachable.Fault':
    'Node {object} can\u2019t be reached ({code}): the fault {fault} ({kind}) is active. Delete the fault.',
  'LinkBroken.Fault':
    'The network link of {target} is down ({code}): the fault {fault} ({kind}) is active. Delete the fault.',
  'LinkBroken.Loss':
    'The network link of {target} loses packets: the fault {fault} takes {found} of all. Delete the fault.',
  LinkTooSlow:
    'The answer needs longer than {timeout_ms} ms: the fault {fault} delays each crossing of the link of {target} by {latency_ms} ms. Delete the fault, or wait longer.',
  'DnsUnavailable.Fault':
    'The cluster\u2019s name server does not answer ({reason}): the fault {fault} ({kind}) is active. Delete the fault.',
  KeptConnectionClosed:
    'The kept connection {name} is over: {backend}:{port} (pod {pod}) has closed it. Make a new one.',
  'KeptConnectionClosed.PodGone':
    'The kept connection {name} is over: the pod behind {backend}:{port} is gone, and closed it when it ended. Make a new one.',
  KeptConnectionSilent:
    'Nothing comes back over the kept connection {name} from {backend}:{port} (pod {pod}): conntrack still sends it there. Make a new one.',
  'KeptConnectionSilent.PodGone':
    'Nothing comes back over the kept connection {name}: conntrack still sends it to {backend}:{port}, where no pod is any more. Make a new one.',
  NodeUnreachable: 'Node {object} can\u2019t be reached ({code}).',
  LinkBroken: 'The network is broken on the way ({code}).',
  SenderNotRunning: 'The sender can\u2019t send anything yet ({reason}).',
  SourcePortInUse: 'The source port or address that was asked for is not free.',
  ConnectionReset: '{backend}:{port} took the connection and then broke it.',
  NoAnswer: '{backend}:{port} received the request over {protocol} and did not answer in time.',
  DnsDeniedByNetworkPolicy:
    'NetworkPolicy {object} isolates pod {pod} for {direction}, and no rule lets DNS questions through ({peer}): no name can be looked up. Allow port 53 over UDP and TCP.',
  'DeniedByNetworkPolicy.Egress':
    'NetworkPolicy {policies} isolates pod {pod} for egress, and no rule lets it send to {peer} ({traffic}).',
  'DeniedByNetworkPolicy.Ingress':
    'NetworkPolicy {policies} isolates pod {pod} for ingress, and no rule lets {peer} in ({traffic}).',
  'DeniedByNetworkPolicy.PortOfService':
    'NetworkPolicy {object} names port {found}, which is the Service\u2019s. Policies see packets that go to the pod already: its port is {expected}.',
  'DeniedByNetworkPolicy.PortName':
    'NetworkPolicy {object} names port {found}, but the pod gives no such name to this port; expected: {expected}.',
  'DeniedByNetworkPolicy.Protocol':
    'NetworkPolicy {object} allows this port over {found}, but the packet is {expected}.',
  'DeniedByNetworkPolicy.Port': 'NetworkPolicy {object} allows {peer} on {found} only, not on {expected}.',
  'DeniedByNetworkPolicy.OtherNamespace':
    'A podSelector alone means pods of the policy\u2019s own namespace {found}, but {peer} is in {namespace}: a namespaceSelector has to stand beside it in NetworkPolicy {object}.',
  'DeniedByNetworkPolicy.NamespaceLabel':
    'NetworkPolicy {object} asks for namespaces with {found}, and namespace {namespace} of {peer} has no such label; expected: {expected}.',
  'DeniedByNetworkPolicy.PodLabel':
    'NetworkPolicy {object} asks for pods with {found}, but {peer} has {expected}.',
  'DeniedByNetworkPolicy.OnePeerForTwo':
    'NetworkPolicy {object} has a podSelector and a namespaceSelector in one peer: both must hold at once, and no pod is so. As two peers either one is enough.',
  'DeniedByNetworkPolicy.Except': 'NetworkPolicy {object} excepts {found}, and {peer} is in it.',
  'DeniedByNetworkPolicy.SourceIsNode':
    'NetworkPolicy {policies} would let {client} in, but a node has put its own address in the place of the sender\u2019s: pod {pod} sees {peer}.',
  DroppedByRule: 'A rule in chain {chain} on {namespace} stopped the packet.',
  Undelivered: 'The packet for {address} stopped on {namespace} ({code}).',
};
