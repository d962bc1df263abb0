/**
 * Images that people know and courses name, beyond those of the catalogue: they are pulled, and run as a generic server on
 * the ports that their container declares. One line a registry and its folder.
 */
const NAMES: Readonly<Record<string, string>> = {
  'docker.io/library': `adminer aerospike almalinux alt amazoncorretto amazonlinux arangodb archlinux backdrop bonita
    buildpack-deps caddy cassandra chronograf cirros clearlinux clickhouse clojure composer consul convertigo couchbase
    couchdb crate dart docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx erlang fedora
    flink fluentd friendica gazebo gcc geonetwork gradle groovy haskell hello-world hylang ibmjava influxdb irssi jetty
    joomla jruby julia kapacitor kibana kong krakend lightstreamer logstash mageia matomo maven mediawiki mongo-express
    monica nats nats-streaming neo4j neurodebian nextcloud odoo open-liberty openjdk oraclelinux orientdb percona php
    phpmyadmin photon plone postfixadmin pypy r-base rakudo-star redmine registry rethinkdb rocket.chat rockylinux ros
    ruby rust sapmachine satosa scratch silverpeas solr sonarqube spark spiped storm swift swipl telegraf teamspeak tomee
    unit valkey varnish vault websphere-liberty xwiki yourls znc zookeeper`,
  'docker.io/prom': 'prometheus alertmanager node-exporter pushgateway blackbox-exporter statsd-exporter',
  'docker.io/grafana': 'grafana loki promtail tempo k6',
  'docker.io/bitnami': `nginx apache mysql mariadb postgresql mongodb rabbitmq kafka zookeeper memcached wordpress kubectl
    minideb node python etcd elasticsearch kibana tomcat redis-cluster redis-sentinel valkey`,
  'docker.io/jaegertracing': 'all-in-one jaeger',
  'docker.io/kennethreitz': 'httpbin',
  'docker.io/mccutchen': 'go-httpbin',
  'docker.io/ealen': 'echo-server',
  'docker.io/jmalloc': 'echo-server',
  'docker.io/mendhak': 'http-https-echo',
  'docker.io/stefanprodan': 'podinfo',
  'docker.io/nginxdemos': 'hello nginx-hello',
  'docker.io/paulbouwer': 'hello-kubernetes',
  'docker.io/rancher': 'hello-world mirrored-pause',
  'docker.io/dockersamples':
    '101-tutorial examplevotingapp_vote examplevotingapp_result examplevotingapp_worker',
  'docker.io/istio': `examples-bookinfo-productpage-v1 examples-bookinfo-details-v1 examples-bookinfo-ratings-v1
    examples-bookinfo-reviews-v1 examples-bookinfo-reviews-v2 examples-bookinfo-reviews-v3 examples-helloworld-v1
    examples-helloworld-v2`,
  'docker.io/kodekloud': 'webapp-color webapp-conntest event-simulator throw-dice',
  'docker.io/luksa': 'kubia-unhealthy kubia-pet kubia-pet-peers fortune batch-job simple-webapp kiada',
  'docker.io/polinux': 'stress',
  'docker.io/vish': 'stress',
  'docker.io/wbitt': 'network-multitool',
  'docker.io/praqma': 'network-multitool',
  'docker.io/apache': 'airflow kafka nifi superset',
  'docker.io/confluentinc': 'cp-kafka cp-zookeeper cp-schema-registry',
  'docker.io/minio': 'minio mc',
  'docker.io/jenkins': 'jenkins',
  'docker.io/gitea': 'gitea',
  'docker.io/portainer': 'portainer portainer-ce agent',
  'docker.io/fluent': 'fluent-bit fluentd',
  'docker.io/openpolicyagent': 'opa gatekeeper',
  'docker.io/envoyproxy': 'envoy',
  'docker.io/tutum': 'hello-world dnsutils',
  'docker.io/alpine': 'git k8s helm curl socat',
  'docker.io/flannel': 'flannel',
  'docker.io/calico': 'node cni kube-controllers typha',
  'docker.io/kubernetesui': 'dashboard metrics-scraper',
  'gcr.io/google-samples': `gb-frontend gb-redis-follower hello-frontend zone-printer xtrabackup cassandra freshpod
    gb-frontend-amd64 kubernetes-zookeeper k8szk env-show whereami`,
  'us-docker.pkg.dev/google-samples/containers/gke': 'gb-frontend gb-redis-follower whereami hello-app-redis',
  'gcr.io/google_containers': 'echoserver defaultbackend pause busybox',
  'gcr.io/kubernetes-e2e-test-images': 'agnhost dnsutils echoserver nautilus kitten',
  'gcr.io/distroless': 'static base cc java nodejs python3 static-debian12 base-debian12',
  'k8s.gcr.io': 'echoserver pause nginx-slim hpa-example kubernetes-zookeeper busybox',
  'ghcr.io/stefanprodan': 'podinfo',
  'ghcr.io/traefik': 'whoami',
  'ghcr.io/nginxinc': 'nginx-unprivileged',
  'quay.io/prometheus': 'prometheus alertmanager node-exporter blackbox-exporter busybox',
  'quay.io/jetstack': 'cert-manager-controller cert-manager-webhook cert-manager-cainjector',
  'quay.io/cilium': 'cilium operator-generic hubble-relay hubble-ui json-mock alpine-curl',
  'quay.io/argoproj': 'argocd argo-rollouts',
  'quay.io/curl': 'curl',
  'registry.k8s.io': `nginx-slim e2e-test-images/nginx e2e-test-images/nautilus e2e-test-images/kitten
    e2e-test-images/httpd e2e-test-images/echoserver e2e-test-images/nonewprivs e2e-test-images/redis
    e2e-test-images/perl e2e-test-images/cuda-vector-add kube-proxy kube-apiserver kube-scheduler
    kube-controller-manager etcd metrics-server/metrics-server kube-state-metrics/kube-state-metrics stress
    kubernetes-zookeeper git-sync/git-sync dns/k8s-dns-node-cache autoscaling/vpa-recommender
    ingress-nginx/kube-webhook-certgen defaultbackend-amd64 nfs-subdir-external-provisioner`,
  'mcr.microsoft.com': 'azuredocs/aks-helloworld dotnet/aspnet dotnet/runtime dotnet/samples',
  'public.ecr.aws': 'nginx/nginx docker/library/nginx docker/library/busybox eks-distro/kubernetes/pause',
};

/** Registries that answer for names that they do not have. */
const REGISTRIES: ReadonlySet<string> = new Set([
  ...Object.keys(NAMES).map((folder) => folder.split('/')[0]),
  'registry.gitlab.com',
]);

/** Made once: nobody changes it, and all clusters share it. */
const KNOWN: ReadonlySet<string> = new Set(
  Object.entries(NAMES).flatMap(([folder, names]) => names.split(/\s+/).map((name) => `${folder}/${name}`)),
);

/** Tags that such an image may well have: a version, or one of the usual words. */
const LIKELY_TAG =
  /^(latest|stable|edge|main|master|nightly|lts|alpine|slim|nonroot|debug|release|v?[0-9][\w.-]*|[a-z]+[._-]?v?[0-9][\w.-]*|(lts|stable|latest)-[\w.-]+)$/;

export const isWellKnown = (repository: string): boolean => KNOWN.has(repository);

export const isLikelyTag = (tag: string): boolean => LIKELY_TAG.test(tag);

/** What a registry, or the way to it, says of a repository that it does not have. */
export function unknownRepository(repository: string, canonical: string): string {
  const slash = repository.indexOf('/');
  const [registry, path] = [repository.slice(0, slash), repository.slice(slash + 1)];
  const pulling = `failed to pull and unpack image "${canonical}": failed to resolve reference "${canonical}"`;
  const tag = canonical.slice(repository.length + 1);
  const manifest = `https://${registry}/v2/${path}/manifests/${tag}`;
  if (!REGISTRIES.has(registry)) {
    const host = registry.replace(/:[0-9]+$/, '');
    return host === 'localhost'
      ? `${pulling}: failed to do request: Head "${manifest.replace('https', 'http')}": dial tcp 127.0.0.1${registry.slice(host.length) || ':80'}: connect: connection refused`
      : `${pulling}: failed to do request: Head "${manifest}": dial tcp: lookup ${host} on 172.18.0.1:53: no such host`;
  }
  switch (registry) {
    case 'registry.k8s.io':
    case 'k8s.gcr.io':
      return `rpc error: code = NotFound desc = ${pulling}: ${canonical}: not found`;
    case 'quay.io':
      return `${pulling}: unexpected status from HEAD request to ${manifest}: 401 UNAUTHORIZED`;
    case 'ghcr.io': {
      const scope = `scope=repository%3A${path.replace(/\//g, '%2F')}%3Apull&service=ghcr.io`;
      return `${pulling}: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?${scope}: 403 Forbidden`;
    }
    default:
      return `${pulling}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
  }
}
