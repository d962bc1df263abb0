import type { SendRequestBody } from '@podlab/contracts';
import { CLIENT, OUTSIDE } from '../test-support';
import type { World } from './world';
import { inUrl, ofFamily, podsNamed, serviceOf } from './world';

/** A request, written when nothing is wrong yet. */
export interface Ask {
  readonly name: string;
  readonly body: SendRequestBody;
}

const FAR = { kind: 'Pod', namespace: 'other', name: 'far' } as const;
const NODE = { kind: 'Node', name: 'node-c' } as const;

/** Requests that a world answers. */
export function goodAsks(world: World): Ask[] {
  const { cluster } = world;
  const pod = podsNamed(cluster, 'web')[0].status.podIPs?.[0].ip ?? '';
  const vip = serviceOf(cluster, 'web').status.loadBalancer?.ingress?.[0].ip ?? '';
  const ingress = ingressAddress(world);
  const asks: [string, SendRequestBody][] = [
    ['a name', { from: CLIENT, to: 'http://web/' }],
    ['a full name', { from: FAR, to: 'http://web.lab06.svc.cluster.local/' }],
    ['a name of another namespace', { from: CLIENT, to: 'http://shop.other/' }],
    ['a pod', { from: CLIENT, to: `http://${inUrl(pod)}/` }],
    ['a pod from a node', { from: NODE, to: `http://${inUrl(pod)}/` }],
    ['a load balancer', { from: OUTSIDE, to: `http://${vip}/` }],
    ['a load balancer from inside', { from: FAR, to: `http://${vip}/` }],
    ['a node port', { from: OUTSIDE, to: 'http://node-a:30080/' }],
    ['a node port of the far node', { from: OUTSIDE, to: 'http://node-b:30081/' }],
    ['a node port from a pod', { from: FAR, to: 'http://172.18.0.5:30080/' }],
    ['datagrams', { from: CLIENT, to: 'udp://echo:9000', body: 'hostname' }],
    ['datagrams to a node port', { from: OUTSIDE, to: 'udp://node-c:30082', body: 'hostname' }],
    ['a headless Service', { from: CLIENT, to: 'tcp://db:6379', body: 'PING\r\n' }],
    ['a pod of a headless Service', { from: FAR, to: 'tcp://db-0.db.lab06:6379', body: 'PING\r\n' }],
    ['an alias', { from: CLIENT, to: 'http://alias/', headers: { Host: 'example.com' } }],
    ['endpoints by hand', { from: CLIENT, to: 'http://outer/' }],
    ['an external IP', { from: { ...OUTSIDE, via: 'node-a' }, to: 'http://203.0.113.210:8080/' }],
    ['a host port', { from: OUTSIDE, to: 'http://node-b:8088/' }],
    ['an Ingress', { from: OUTSIDE, to: `http://${ingress}/`, headers: { Host: 'www.example.org' } }],
  ];
  return [...asks, ...addresses(world)].map(([name, body]) => ({ name, body }));
}

/** The cluster IP in each family. */
function addresses({ cluster, families }: World): [string, SendRequestBody][] {
  const { clusterIPs = [] } = serviceOf(cluster, 'web').spec;
  return families.map((family) => [
    `a cluster IP, ${family}`,
    { from: CLIENT, to: `http://${inUrl(ofFamily(clusterIPs, family) ?? '')}/` },
  ]);
}

function ingressAddress({ cluster }: World): string {
  const { status } = serviceOf(cluster, 'ingress-nginx-controller', 'ingress-nginx');
  return status.loadBalancer?.ingress?.[0].ip ?? '';
}

/** Requests with a slip: none is answered, and each says how it is meant. */
export function badAsks(world: World): Ask[] {
  const { cluster, families } = world;
  const pod = podsNamed(cluster, 'web')[0].status.podIPs?.[0].ip ?? '';
  const echoPod = podsNamed(cluster, 'echo')[0].status.podIPs?.[0].ip ?? '';
  const vip = serviceOf(cluster, 'web').status.loadBalancer?.ingress?.[0].ip ?? '';
  const clusterIP = serviceOf(cluster, 'web').spec.clusterIPs?.[0] ?? '';
  const ingress = ingressAddress(world);
  const asks: [string, SendRequestBody][] = [
    ['a slip in a name', { from: CLIENT, to: 'http://wbe/' }],
    ['a short name of another namespace', { from: CLIENT, to: 'http://shop/' }],
    ['a namespace with a slip', { from: CLIENT, to: 'http://shop.othr/' }],
    ['a zone with a slip', { from: CLIENT, to: 'http://web.lab06.svc.cluster.lcoal/' }],
    ['a node port at a name', { from: CLIENT, to: 'http://web:30080/' }],
    ['a target port at a name', { from: CLIENT, to: 'http://echo:9000/' }],
    ['a port that nobody has', { from: CLIENT, to: 'http://web:81/' }],
    ['https of a Service with http', { from: CLIENT, to: 'https://web/' }],
    ['https of a node', { from: OUTSIDE, to: 'https://node-a/' }],
    ['UDP of a TCP port', { from: CLIENT, to: 'udp://web:80', body: 'hostname' }],
    ['TCP of a UDP port', { from: CLIENT, to: 'tcp://echo:9000', body: 'hostname' }],
    ['TCP of a UDP node port', { from: OUTSIDE, to: 'tcp://node-a:30082', body: 'hostname' }],
    ['a Service port at a node', { from: OUTSIDE, to: 'http://node-a/' }],
    ['a node port with a slip', { from: OUTSIDE, to: 'http://node-a:30008/' }],
    ['a node port at a load balancer', { from: OUTSIDE, to: `http://${vip}:30080/` }],
    ['a node port at a pod', { from: CLIENT, to: `http://${inUrl(pod)}:30080/` }],
    ['another port of a pod', { from: CLIENT, to: `http://${inUrl(pod)}:8080/` }],
    ['UDP of a pod that listens by TCP', { from: CLIENT, to: `udp://${inUrl(pod)}:80` }],
    [
      'TCP of a pod that listens by UDP',
      { from: CLIENT, to: `tcp://${inUrl(echoPod)}:9000`, body: 'hostname' },
    ],
    ['a cluster IP from outside', { from: OUTSIDE, to: `http://${inUrl(clusterIP)}/` }],
    ['a pod from outside', { from: OUTSIDE, to: `http://${inUrl(pod)}/` }],
    ['a name of the cluster from outside', { from: OUTSIDE, to: 'http://web.lab06.svc.cluster.local/' }],
    ['a name of the cluster from a node', { from: NODE, to: 'http://web.lab06/' }],
    ['an external IP without a route', { from: OUTSIDE, to: 'http://203.0.113.210:8080/' }],
    ['a host port of another node', { from: OUTSIDE, to: 'http://node-c:8088/' }],
    ['the container port of a host port', { from: OUTSIDE, to: 'http://node-b:88/' }],
    ['a ping of a Service', { from: CLIENT, to: { host: 'web', protocol: 'ICMP' } }],
    ['an address of no Service', { from: CLIENT, to: 'http://10.96.250.250/' }],
    ['an address of no pod', { from: CLIENT, to: 'http://10.244.1.250/' }],
    ['an address of nobody', { from: CLIENT, to: 'http://172.18.0.99/' }],
    ['a load balancer that is none', { from: OUTSIDE, to: 'http://203.0.113.150/' }],
    ['another port of a host outside', { from: CLIENT, to: 'http://example.com:81/' }],
    ['https of an alias', { from: CLIENT, to: 'https://alias/' }],
    ['another port of an alias', { from: CLIENT, to: 'http://alias:8080/' }],
    ['another port of endpoints by hand', { from: CLIENT, to: 'http://outer:81/' }],
    ['another port of a headless Service', { from: CLIENT, to: 'tcp://db:80' }],
    ['another pod of a headless Service', { from: CLIENT, to: 'tcp://db-1.db:6379' }],
    ['the name of a pod', { from: CLIENT, to: 'http://edge/' }],
    ['a Host with a slip', { from: OUTSIDE, to: `http://${ingress}/`, headers: { Host: 'ww.example.org' } }],
    ['an Ingress by its name', { from: OUTSIDE, to: 'http://www.example.org/' }],
    ['a node port on a loopback address', { from: NODE, to: 'http://127.0.0.1:30080/' }],
    ['the own loopback', { from: CLIENT, to: 'http://127.0.0.1/' }],
    ['the loopback outside', { from: OUTSIDE, to: 'http://127.0.0.1/' }],
    ['a loopback source', { from: { ...NODE, ip: '127.0.0.1' }, to: `http://${inUrl(pod)}/` }],
    ['IPv6 of a cluster without', { from: CLIENT, to: 'http://[fd00:10:96::1]/' }],
  ];
  const both: [string, SendRequestBody][] = families.includes('IPv6')
    ? [
        [
          'a node port of a Service of the other family',
          { from: OUTSIDE, to: 'http://[fd00:172:18::3]:30083/' },
        ],
        ['a pod that listens on the other family', { from: CLIENT, to: 'http://[fd00:10:244::99]/' }],
      ]
    : [];
  return [...asks, ...both].map(([name, body]) => ({ name, body }));
}
