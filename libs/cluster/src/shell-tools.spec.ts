import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExecRequest } from '@podlab/contracts';
import { createCluster, type Cluster } from './cluster';
import { clusterConfig, create, deployment, lab, service, settle } from './test-support';

const POD = (name: string, image: string, container: object = {}) => ({
  kind: 'Pod',
  metadata: { name, namespace: 'lab06' },
  spec: { containers: [{ name: 'main', image, command: ['sleep', 'infinity'], ...container }] },
});

const pod = (name: string) => ({ kind: 'Pod', namespace: 'lab06', name });
const node = (name: string) => ({ kind: 'Node', name });

/** Runs a script to its end in virtual time. */
function run(cluster: Cluster, target: object, script: string) {
  const session = cluster.exec(ExecRequest.parse({ target, command: ['sh', '-c', script] }));
  for (let s = 0; s < 120 && cluster.execSession(session.id)?.exit_code === undefined; s++)
    cluster.runUntil(cluster.now() + 1_000, 100_000);
  const ended = cluster.execSession(session.id) ?? session;
  cluster.endExec(session.id);
  return ended;
}

/** One command a line: what people type first when they look at a network. */
const SCRIPTS: readonly [string, object, readonly string[]][] = [
  [
    'lab06/box (busybox)',
    pod('box'),
    [
      'hostname; id; uname; pwd; cat /etc/resolv.conf',
      'wget -O- http://web | head -4',
      'wget -q -T 2 http://10.244.77.7',
      'wget http://web/missing',
      'wget http://nowhere',
      'nc -zv web 80',
      'nc -zv -w 1 web 81',
      'ping -c 3 10.244.0.1',
      'ping -c 1 nowhere',
      'traceroute -n 10.244.1.2',
      'ip addr',
      'ip route; ip neigh',
      'netstat -ltn; arp; route -n',
      'curl web',
      'dig web',
      'tcpdump -i any',
      'env | grep WEB_ | sort',
      'for i in $(seq 3); do printf "%s " $i; done; echo; echo $((6 * 7)) | tr 0-9 a-j',
      'yes | head -2; seq 5 | sed -n 2,3p; printf "b\\na\\n" | sort | xargs echo',
    ],
  ],
  [
    'lab06/client (curlimages/curl)',
    pod('client'),
    [
      'whoami; id',
      'curl -sv -o /dev/null http://web/',
      'curl -sI http://web | head -1',
      "curl -s -o /dev/null -w '%{http_code} %{remote_port} %{num_connects}\\n' web",
      'curl -v http://web:81',
      'curl -sS -m 2 http://10.244.77.7',
      'curl -v -m 2 http://10.244.77.7',
      'curl nowhere',
      'curl -f web/missing',
      'curl -s --resolve shop.example:80:$(getent hosts web | cut -d" " -f1) -H "X-A: b" http://shop.example/ | head -1',
      'curl --retry 2 --retry-connrefused http://127.0.0.1:9',
      'curl ftp://web',
      'curl https://web:80',
    ],
  ],
  [
    'lab06/shoot (netshoot)',
    pod('shoot'),
    [
      'ip -br addr; ip -o -4 addr; ip -br link',
      'ip route get 10.96.0.10; ip route get 127.0.0.1; ip -6 route; ip rule',
      'ping -c 2 -i 0.5 10.244.0.1',
      'ping -c 1 -W 1 10.244.77.7',
      'nc -zv web 80-81',
      'traceroute 10.244.1.2',
      'ss -ltn; ss -s',
      'tcpdump -nt -c 6 -i eth0 tcp port 80 & sleep 1; curl -so /dev/null web; wait',
      'tcpdump -nt -c 2 -i any udp port 53 & sleep 1; dig +short web.lab06.svc.cluster.local; wait',
      'tcpdump -nt -c 2 icmp & sleep 1; ping -c 1 10.244.0.1 > /dev/null; wait',
      'timeout 3 tcpdump -n -i lo',
      'tcpdump -i eth7; tcpdump foo bar',
      'iptables -L',
      'conntrack -L',
      'ip link set eth0 down',
      'sysctl net.ipv4.ip_forward',
    ],
  ],
  [
    'node-a',
    node('node-a'),
    [
      'hostname; whoami; cat /etc/os-release | head -1; cat /etc/resolv.conf',
      'ls /etc/cni/net.d /etc/kubernetes; cat /run/flannel/subnet.env',
      'ps -ef | head -6',
      'ip -br -4 addr; ip route; ip neigh show dev flannel.1',
      'ss -ltnp; for u in 10248/healthz 10249/proxyMode 10250; do curl -s 127.0.0.1:$u; echo; done',
      'iptables -t nat -L KUBE-SERVICES -n | head -4; iptables -t filter -S FORWARD',
      'iptables-save -t nat | grep -c KUBE-; ip6tables-save | wc -l; nft list tables',
      'iptables -A INPUT -j DROP; nft add table ip x; ip route add 1.2.3.4 via 172.18.0.1',
      'curl -s http://web',
      'curl -s -o /dev/null -w "%{http_code}\\n" 10.96.0.10:9153/metrics',
      'conntrack -L -p tcp --orig-dst 10.96.0.10 | cut -d" " -f1,8-13; conntrack -D -p tcp -d 10.96.0.10 > /dev/null; conntrack -E',
      'wget -O- http://example.com',
      'sysctl net.ipv4.ip_forward; sysctl -n net.bridge.bridge-nf-call-iptables',
      'tcpdump -nt -i any -c 4 udp port 8472 or icmp & sleep 1; ping -c 1 10.244.1.2 > /dev/null; wait',
    ],
  ],
];

/** What the scripts print, one place after another; standard error is marked, and a status that is not 0 told. */
function transcriptOf(cluster: Cluster, places: typeof SCRIPTS): string {
  const told = places.map(([where, target, scripts]) => {
    const answers = scripts.map((script) => {
      const { stdout, stderr, exit_code } = run(cluster, target, script);
      const status = exit_code === 0 ? '' : `[${exit_code ?? 'still running'}]\n`;
      return `$ ${script}\n${stdout}${stderr.replace(/^(?=.)/gm, '! ')}${status}`;
    });
    return `=== ${where}\n${answers.join('\n')}`;
  });
  return told.join('\n');
}

function expectGolden(transcript: string, name: string): void {
  const golden = join(__dirname, name);
  if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, transcript);
  expect(transcript).toBe(readFileSync(golden, 'utf8'));
}

/** Two families, and kube-proxy in nftables mode. */
const DUAL_SCRIPTS: typeof SCRIPTS = [
  [
    'lab06/shoot (netshoot)',
    pod('shoot'),
    [
      'ip -6 route; ip -br addr',
      'ping -c 1 ::1; ping -6 -c 1 fd00:10:244:1::1',
      'curl -sv -o /dev/null -6 http://web',
      'curl -s -o /dev/null -w "%{remote_ip}\\n" "http://[fd00:10:96::20]:80/"; curl "http://[fd00::99]/" -m 1',
      'nc -zv -6 web 80; traceroute fd00:10:244:1::1',
      'tcpdump -nt -c 2 -i eth0 ip6 and tcp & sleep 1; curl -6 -so /dev/null web; wait',
    ],
  ],
  [
    'node-a',
    node('node-a'),
    [
      'nft list tables; nft list chain ip6 kube-proxy services; nft list table ip nope',
      'nft list map ip kube-proxy service-ips | head -4; ip -6 neigh show dev flannel-v6.1',
      'conntrack -L -f ipv6 -p tcp | cut -d" " -f1; ip6tables -t filter -S FORWARD',
    ],
  ],
];

describe('tools in pods and on nodes', () => {
  it('print what their users know', () => {
    const cluster = lab([
      deployment('web', { replicas: 2 }),
      service('web', { clusterIP: '10.96.0.20', selector: { app: 'web' }, ports: [{ port: 80 }] }),
      POD('shoot', 'nicolaka/netshoot'),
    ]);
    // Made once the Service is there, so that it has the Service's variables.
    create(cluster, POD('box', 'busybox:1.37'));
    settle(cluster);
    const transcript = transcriptOf(cluster, SCRIPTS);
    expectGolden(transcript, 'shell-tools.golden');
  });

  it('know both families and nftables', () => {
    const cluster = createCluster({
      ...clusterConfig(),
      kube_proxy: { mode: 'nftables' },
      service_cidr: '10.96.0.0/16,fd00:10:96::/112',
      pod_cidr: '10.244.0.0/16,fd00:10:244::/56',
    });
    create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
    settle(cluster, 5_000);
    create(cluster, deployment('web'));
    const clusterIPs = ['10.96.0.20', 'fd00:10:96::20'];
    const spec = {
      ipFamilyPolicy: 'RequireDualStack',
      clusterIPs,
      clusterIP: clusterIPs[0],
      ports: [{ port: 80 }],
    };
    create(cluster, service('web', { ...spec, selector: { app: 'web' } }));
    create(cluster, POD('shoot', 'nicolaka/netshoot'));
    settle(cluster);
    expectGolden(transcriptOf(cluster, DUAL_SCRIPTS), 'shell-tools-dual.golden');
  });
});
