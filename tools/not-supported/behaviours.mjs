// What a stock Kubernetes does and a cluster here does not, kept by hand: one row a thing. `absent` names the resources
// that a row says are not served: the row has to go, or say less, when one is. Resources alone need no row.

/** @type {{ what: string, happens: string, absent?: string[] }[]} */
export const BEHAVIOURS = [
  {
    what: 'patches that upstream answers with 500 (a merge key that is missing, an apply that does not fit its kind)',
    happens: "400 with upstream's message: nobody's request is an internal error here",
  },
  {
    what: 'server-side apply: the list marks of custom resources',
    happens: 'maps are merged by key, lists are one value',
  },
  {
    what: 'server-side apply of `autoscaling/v1` and `events.k8s.io/v1`, which are stored in another version',
    happens: '400: "apply it as autoscaling/v2", "as v1"; all else is converted both ways',
  },
  {
    what: "managedFields in the rows of a Table, and of what only the cluster's components wrote",
    happens: 'left out of rows; derived from what the object is, until a client writes it',
  },
  {
    what: 'requests without a token (`system:anonymous`), to `/version` and the health checks, too',
    happens: '401, as with `--anonymous-auth=false`: one server has the clusters of many people',
  },
  {
    what: 'answers to curl inside a pod in lines, as curl outside gets them',
    happens: 'JSON in one line',
  },
  {
    what: "a container's `/etc/passwd`; `/proc` beyond `version`, `sys/net`, `net/tcp`, `net/udp` and, of each process, `cmdline`, `comm` and `environ`; `/proc/self`",
    happens: 'such files are not there: `meminfo`, `cpuinfo` and the like would be made up',
  },
  {
    what: 'static pods of the control plane, a control plane node, DaemonSets of kube-proxy and of the network plugin',
    happens: 'they run, outside of what the API shows: its nodes are workers',
  },
  {
    what: 'answers in protobuf and CBOR; watches in YAML',
    happens: 'JSON where the client takes it too, else 406; bodies in protobuf are read',
  },
  {
    what: 'metrics, logs and profiles of the control plane (`/metrics`, `/logs`, `/debug`)',
    happens: '404; health checks name what a simulated control plane has',
  },
  {
    what: 'a changed NetworkPolicy and connections that are established',
    happens: 'they go on, as with most network plugins; what is new is judged',
  },
  {
    what: 'admission webhooks, aggregated APIs',
    happens: '404',
    absent: [
      'admissionregistration.k8s.io/v1 mutatingwebhookconfigurations',
      'admissionregistration.k8s.io/v1 validatingwebhookconfigurations',
      'apiregistration.k8s.io/v1 apiservices',
    ],
  },
  {
    what: 'custom resources: rules in CEL, conversion webhooks, groups under k8s.io and kubernetes.io',
    happens: 'refused by name when the definition is made',
  },
  {
    what: 'custom resources: formats other than int32, int64, date, date-time, duration, ipv4 and uuid; long patterns',
    happens: 'formats are annotations; a text of more than 20,000 characters matches no pattern',
  },
  {
    what: 'custom resources: defaults and pruning of what was stored under an older schema',
    happens: 'stored objects change with their next write',
  },
  {
    what: "roles that every cluster has: the system components' own, changes of any of them",
    happens: 'not there; 403: those for people stand in every cluster as they are',
  },
  {
    what: 'the rules of a ClusterRole with an aggregationRule that a user makes',
    happens: 'applied, but not written into the object',
  },
  {
    what: 'CertificateSigningRequest, secrets of type service-account-token as bearer tokens',
    happens: '404; only tokens of TokenRequest and those that pods have mounted are good',
    absent: ['certificates.k8s.io/v1 certificatesigningrequests'],
  },
  {
    what: 'resource quotas: scopes VolumeAttributesClass, devices of resource claims',
    happens: 'count nothing',
  },
  { what: 'limit ranges on images and image streams', happens: 'stored, without effect' },
  {
    what: "pod security: warnings about pods that are there already when a namespace's label changes, audit annotations, exemptions",
    happens: 'not told; there is no audit log',
  },
  {
    what: 'runtime classes: the handler itself',
    happens: 'stored; overhead, node selector and tolerations go to the pod',
  },
  {
    what: 'a budget over pods that nothing controls, with a percentage or maxUnavailable',
    happens: 'such pods count for nothing in what is expected, as upstream; no event tells of them',
  },
  {
    what: 'data on volumes: a persistent volume claim',
    happens: 'an empty folder of its pod; nothing is kept, mounted or shared',
  },
  {
    what: 'a default StorageClass, and provisioners other than `podlab.dev/simulated`',
    happens: 'none at first, as with kubeadm; a claim of another waits, as where nobody runs it',
  },
  {
    what: 'volume expansion, data sources of claims, VolumeAttachment, CSIDriver, CSINode, snapshots, VolumeAttributesClass',
    happens: 'refused by name; the kinds are 404',
    absent: [
      'storage.k8s.io/v1 volumeattachments',
      'storage.k8s.io/v1 csidrivers',
      'storage.k8s.io/v1 csinodes',
      'storage.k8s.io/v1 volumeattributesclasses',
    ],
  },
  {
    what: '`allowedTopologies`, mount options, `volumeMode: Block`, limits of volumes per node, ReadWriteOncePod',
    happens: 'stored and shown, without effect',
  },
  { what: 'generic ephemeral volumes', happens: 'read as part of a pod; no claim is made' },
  {
    what: 'kube-proxy in ipvs mode (deprecated upstream)',
    happens: 'refused by name when a cluster is made; iptables and nftables are there',
  },
  {
    what: 'nftables beyond what kube-proxy writes: limits, counters, flow tables, tables not of ip, ip6 or inet',
    happens:
      '`nft` syntax errors; elements of sets are printed in order, where a kernel has that of its hashes',
  },
  {
    what: 'a stale chain of nftables mode that stays empty for a second',
    happens: 'deleted at once, as kernels from 6.2 on allow',
  },
  {
    what: 'link-local IPv6 addresses, router advertisements, duplicate address detection',
    happens: 'not there: addresses and routes stand as the CNI plugin and the configuration write them',
  },
  {
    what: "DNS: caching, EDNS and DNSSEC, zone transfers, a changed answer's time to live",
    happens: 'answers are made anew each time, as if nobody remembered one',
  },
  {
    what: 'DNS: resolver options `rotate`, `use-vc`, `no-aaaa`, `single-request`; TCP after a truncated answer',
    happens: 'read and without effect; nothing is ever truncated',
  },
  {
    what: 'Corefile: plugins that change answers beyond hosts, kubernetes, rewrite name, forward and loadbalance',
    happens:
      'such a Corefile is not loaded, the last good one stays; `forward` asks the world, whomever it names',
  },
  {
    what: 'Ingress: TLS itself, resource backends, annotations of ingress-nginx but `ssl-redirect`',
    happens: 'HTTP on port 443 (the trace names the certificate); 503; without effect',
  },
  {
    what: 'ingress controllers other than ingress-nginx, Gateway API',
    happens: 'an image outside the catalogue listens and routes nothing; 404',
  },
  {
    what: "load balancers: several protocols' health, session affinity of one that rewrites the source",
    happens: 'nodes are asked over HTTP only; each new connection chooses a node anew',
  },
  {
    what: 'real images',
    happens:
      'an image is a simulated behaviour; those of the catalogue in `libs/workloads` do what theirs do, other well-known ones listen on their declared ports, and any other name fails to pull (`images: {unknown: Run}` at the birth of a cluster lets it run)',
  },
  {
    what: 'watches that are open when a cluster goes back (`POST …/restore`, `…/reset`)',
    happens: 'they end: a client lists and watches again',
  },
  {
    what: "the shell's tools: what changes the network by hand (`ip … add`, `iptables -A`, `nft add`, `sysctl -w`)",
    happens: 'refused by the tool: "is left out of this simulation"; `conntrack -D` and `-F` work',
  },
  {
    what: "the shell's tools: `tcpdump -w`, `-r`, `conntrack -E`, `ip -j`, job control, job numbers, POSIX's longest match",
    happens: "refused by the tool; a pattern's first match wins",
  },
  {
    what: 'a packet dump: the echoes of one `ping`',
    happens: 'each is a flow with an id of its own and `seq 1`; what `ping` prints counts them',
  },
  {
    what: 'a packet dump: bare acknowledgements, TCP timestamps',
    happens:
      'an ACK of its own ends the handshake only: data is acknowledged by what comes back, the last FIN by nothing; `TS val 1 ecr 0` on SYN and SYN-ACK, no timestamps on the rest',
  },
  {
    what: 'a packet dump: A and AAAA asked side by side, random ids of queries, by `curl`, `wget`, `ping` and `nc`',
    happens:
      'A alone in a pod without an IPv6 address; with both families AAAA, and A where there is none; ids count from 1 in each lookup',
  },
  {
    what: '`curl`: the progress meter, schemes other than http and https (`telnet://`)',
    happens: 'nothing is printed of the progress; 1, "Protocol … not supported"',
  },
  {
    what: "the shell's tools: options beyond the usual ones; `chroot`, `du`, `od`, `vi` and other tools",
    happens:
      'an option that is not done is refused as one that the tool does not have; the tool is not found',
  },
  {
    what: "the shell's tools: what never ends (`yes`, `/dev/zero`, `/dev/urandom`), bytes that are no text",
    happens:
      'it ends after 128 KiB, about what a pipe takes; what is random is ASCII, and the same in a replay',
  },
  {
    what: 'https in the simulated network',
    happens:
      'the API server speaks TLS there (`curl --cacert`, `-k`, a token); all others are plain, and curl to them fails with 35. Nothing is encrypted, HTTP is 1.1, and a watch ends with what there is at that instant',
  },
  {
    what: 'hostPath: the types `File`, `Directory` …; files of a node beyond a few of /etc, /run, /proc and /var',
    happens:
      'the type is not looked at; what is missing becomes a directory; pods of a node share what they write',
  },
  {
    what: 'volumes of the API: `defaultMode`; what a projected volume shows beside a token, when it changes',
    happens:
      'files have no modes; it follows at once, where all other volumes do at the next look of the kubelet',
  },
  {
    what: 'processes that containers share (`--target`, `shareProcessNamespace`)',
    happens:
      '`ps` shows them and `kill` reaches them; `/proc/1/root` is not there, and a target that ends takes nobody with it',
  },
  {
    what: 'time in a shell: what a request of `exec` takes',
    happens:
      'it answers at the instant and tells its time; only `sleep`, `ping -i`, `curl --retry` and `wait` wait',
  },
  {
    what: "a terminal's size, editing within a line (left, right, Tab), programs that draw on the screen",
    happens:
      'resizing is taken without effect; keys that edit are left out: backspace, ^U, ^W, ^C, ^D, up and down are there',
  },
  {
    what: '`POST /exec` (REST): input as it is typed, output as it comes, a command that does not end (`tcpdump`, `nc -l`)',
    happens:
      'given whole at the start, told whole at the end, killed after 60 s; `kubectl exec` streams, and waits until its client goes',
  },
  {
    what: 'a shell called inside a shell at a terminal (`sh`, `bash` typed there)',
    happens: 'it ends at once, as at the end of its input',
  },
  {
    what: 'files that are not UTF-8 text (`kubectl cp`), modes, owners and links in an archive, gzip in `tar`',
    happens: 'refused by `tar`; modes and owners are not kept, links are refused',
  },
  {
    what: "`proxy` over https, upgrades through `proxy`, a kubelet's own API (`nodes/NAME/proxy` without a port)",
    happens:
      '400; an answer without an upgrade; the kubelet answers port 10250 as one who speaks no TLS is answered: 400',
  },
  {
    what: '`port-forward` and `exec` by SPDY below version 4 of its channels, WebSocket channels below 4',
    happens: '403 `unable to negotiate protocol`; kubectl has had version 4 since 1.5',
  },
  {
    what: 'a stream over the port of the dashboard (plain HTTP)',
    happens: 'exec, attach and port-forward are at the Kubernetes port only, as kubeconfigs name it',
  },
  {
    what: 'Jobs: `backoffLimitPerIndex`, `maxFailedIndexes`, the action `FailIndex`, `successPolicy`, `managedBy` of another controller',
    happens: 'refused by name: "is left out of this simulation"',
  },
  {
    what: 'HorizontalPodAutoscaler: metrics of the types Pods, Object and External; scaling to zero',
    happens:
      'stored; its events say that no adapter serves them, as in a cluster without one; `minReplicas: 0` is refused',
  },
  {
    what: '`metrics.k8s.io` and `kubectl top`: measured values',
    happens:
      "CPU is that of requests answered, commands run and an image at rest; memory is the image's own and follows no load",
  },
  {
    what: 'CronJobs: time zones with summer time',
    happens: 'refused: "unknown time zone"; UTC and zones that never change, such as Asia/Seoul, are there',
  },
  {
    what: 'Service annotation `service.kubernetes.io/topology-mode: Auto`',
    happens: 'stored, without effect; `trafficDistribution` gives hints',
  },
  { what: 'the trigger-time annotation of endpoints', happens: 'not written' },
  {
    what: 'contexts of SELinux, AppArmor and sysctls, resource claims, most fields of volumes, `matchLabelKeys`',
    happens: "stored and shown, without effect and without upstream's validation",
  },
  {
    what: 'preemption and image locality in the scheduler',
    happens: 'left out; `FailedScheduling` says that preemption does not help',
  },
  {
    what: 'faults of links other than `eth0`, of disks, memory and clocks; path MTU',
    happens: 'refused: a fault has the kinds of the contract; packets have no size that a link could refuse',
  },
  {
    what: "conntrack's times set by kube-proxy (`conntrack.tcpEstablishedTimeout` and others)",
    happens: "Linux's defaults hold",
  },
  {
    what: 'more than 5,000 pods or 20,000 objects of another kind in one cluster',
    happens: 'refused: 403, in the words of an exceeded quota',
  },
  {
    what: "a kubelet's own admission: place that a critical pod takes from others, topology and sysctl checks",
    happens:
      'a pod that does not fit is told `Failed` with the reason (`OutOfcpu`, `NodePorts`, ...); nobody makes room',
  },
];
