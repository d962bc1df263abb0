/** Sentences about load balancers and Ingress in English; `{name}` stands for a parameter. */
export const ENGLISH_INGRESS: Readonly<Record<string, string>> = {
  'LoadBalancing.Node': 'The load balancer of {service} chooses node {chosen}, one of {count} healthy nodes.',
  'LoadBalancing.NoHost': 'The load balancer of {service} has no node: the packet is swallowed.',
  'LoadBalancing.HealthyNode':
    'The load balancer of {service} chooses node {chosen}, one of {count} healthy of {total}; not healthy: {sick}.',
  'LoadBalancing.NoNode':
    'The load balancer of {service} has no healthy node of {total}: the packet is swallowed. Not healthy: {sick}.',
  'Application.Ingress.Routed':
    'Ingress {namespace}/{ingress}: host {host} and path {path} match {type} {rule} of {server}, which leads to Service {service}, port {port}.',
  'Application.Ingress.HostUnknown': 'No Ingress of this controller has a rule for host {host}: 404.',
  'Application.Ingress.PathUnknown':
    'Ingress {namespace}/{ingress} has host {server}, but no path for {path}: 404.',
  'Application.Ingress.ServiceMissing':
    'Ingress {namespace}/{ingress} leads to Service {service}, which does not exist: 503.',
  'Application.Ingress.PortMissing':
    'Ingress {namespace}/{ingress} leads to port {port} of Service {service}, which has no such port: 503.',
  'Application.Ingress.NoEndpoints':
    'Ingress {namespace}/{ingress} leads to Service {service}, which has no ready endpoint: 503.',
  'Application.Ingress.Endpoint':
    'The controller sends the request to endpoint {endpoint} of Service {namespace}/{service} itself, past the cluster IP.',
  'Application.Ingress.ToHttps': 'Host {host} has TLS (Secret {secret}): plain HTTP is sent on to https.',
  'Application.Ingress.Certificate': 'For {host} the certificate of Secret {secret} would be shown.',
  'Application.Ingress.SecretMissing':
    'For {host} the Ingress names Secret {secret}, which is not there: the controller\u2019s own fake certificate would be shown.',
  'Application.Ingress.FakeCertificate':
    'No Ingress names a certificate for {host}: the controller\u2019s own fake certificate would be shown.',
  'LoadBalancerPending.Failing':
    'Service {object} has no external address: the cloud answers every call with an error.',
  'LoadBalancerPending.Refused': 'Service {object} has no external address: {reason}.',
  NoHealthyNode:
    'The load balancer of Service {object} has no healthy node: none answers {expected} ({found}). It swallows packets.',
  'NoHealthyNode.NoNode': 'The load balancer of Service {object} was given no node: it swallows packets.',
  IngressHostNotMatched: 'No Ingress has a rule for host {host}; there is {expected}.',
  'IngressHostNotMatched.NoRules':
    'No Ingress has a rule for host {host}: the controller has no rules with a host.',
  IngressPathNotMatched: 'Ingress {object} has no path for {path}; it has {expected}.',
  'IngressPathNotMatched.Exact':
    'Path {rule} of Ingress {object} is Exact: it does not cover {path}. Prefix would.',
  IngressWithoutClass: 'Ingress {object} names no class, so no controller takes it; expected: {expected}.',
  IngressClassNotFound: 'Ingress {object} names class {found}, which does not exist; expected: {expected}.',
  IngressOfOtherController:
    'Ingress {object} is of class {found}, which belongs to another controller; expected: {expected}.',
  IngressBackendServiceNotFound:
    'Ingress {object} leads to Service {found}, which does not exist in its namespace. Is {expected} meant?',
  'IngressBackendServiceNotFound.OtherNamespace':
    'Ingress {object} leads to Service {found}, which is in namespace {namespace}: an Ingress reaches only Services of its own.',
  'IngressBackendServiceNotFound.NothingNear':
    'Ingress {object} leads to Service {found}, which does not exist in its namespace.',
  IngressBackendPortNotFound:
    'Ingress {object} leads to port {found} of Service {service}, which has {expected}.',
  IngressBackendNotAnswering:
    'The endpoint {endpoint} of Service {service} gave the ingress controller no answer ({found}).',
  IngressHostNotInDns:
    '{found} is a host of Ingress {object}, but no DNS has it: send to {expected} with the header Host: {found}.',
  IngressWithoutController: 'No ingress controller runs that takes Ingress {object}.',
  IngressNotTakenUpYet: 'Ingress {object} has no address yet: its controller is about to write it.',
};
