import { livenessBehaviour, netexecBehaviour, porterBehaviour, serveHostnameBehaviour } from './agnhost';
import { memcachedBehaviour, mysqlBehaviour, postgresBehaviour, redisBehaviour } from './databases';
import {
  echoBehaviour,
  filesBehaviour,
  genericBehaviour,
  httpdBehaviour,
  httpEchoBehaviour,
  kubiaBehaviour,
  replyOnceBehaviour,
  silentBehaviour,
  textBehaviour,
  whoamiBehaviour,
} from './http-servers';
import { ingressNginxBehaviour } from './ingress-nginx';
import type { IngressSurroundings } from './ingress-nginx';
import { nginxBehaviour } from './nginx';
import type { ServerBehaviour, ServerKind } from './server';

/** What each kind of server does; made once per cluster, since nginx keeps a cache. */
export function createBehaviours(
  surroundings: IngressSurroundings,
): Readonly<Record<ServerKind, ServerBehaviour>> {
  return {
    nginx: nginxBehaviour(),
    httpd: httpdBehaviour,
    'http-echo': httpEchoBehaviour,
    whoami: whoamiBehaviour,
    files: filesBehaviour,
    text: textBehaviour,
    netexec: netexecBehaviour,
    'serve-hostname': serveHostnameBehaviour,
    porter: porterBehaviour,
    liveness: livenessBehaviour,
    echo: echoBehaviour,
    'reply-once': replyOnceBehaviour,
    mysql: mysqlBehaviour,
    postgres: postgresBehaviour,
    redis: redisBehaviour,
    memcached: memcachedBehaviour,
    silent: silentBehaviour,
    generic: genericBehaviour,
    coredns: silentBehaviour,
    kubia: kubiaBehaviour,
    'ingress-nginx': ingressNginxBehaviour(surroundings),
  };
}
