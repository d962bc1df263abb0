import { rfc3339 } from '@podlab/kernel';

/** First character of a log entry that stands for a banner. */
export const BANNER_MARK = '\u0001';

/** The lines that a program prints when it starts, made when a log is read: `name/version` after the mark. */
export function bannerLines(entry: string, at: number): string[] {
  const [name, version] = entry.slice(1).split('/');
  const time = rfc3339(at).replace('T', ' ').replace('Z', '');
  switch (name) {
    case 'nginx':
      return nginxLines(version, time.replace(/-/g, '/'));
    case 'ingress-nginx':
      return [
        '-------------------------------------------------------------------------------',
        'NGINX Ingress controller',
        `  Release:       ${version}`,
        '  Repository:    https://github.com/kubernetes/ingress-nginx',
        '-------------------------------------------------------------------------------',
      ];
    case 'httpd':
      return [
        "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using 127.0.0.1. Set the 'ServerName' directive globally to suppress this message",
        `[${time}] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/${version} (Unix) configured -- resuming normal operations`,
        `[${time}] [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'`,
      ];
    case 'mysql':
      return [
        `${time}+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server ${version}-1.el9 started.`,
        `${rfc3339(at)} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '${version}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`,
      ];
    case 'postgres':
      return [
        'PostgreSQL init process complete; ready for start up.',
        '',
        `${time}.000 UTC [1] LOG:  starting PostgreSQL ${version} on x86_64-pc-linux-gnu, 64-bit`,
        `${time}.000 UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432`,
        `${time}.000 UTC [1] LOG:  database system is ready to accept connections`,
      ];
    case 'redis':
      return [
        `1:C ${time} # Redis version=${version}, bits=64, commit=00000000, modified=0, pid=1, just started`,
        `1:M ${time} * Running mode=standalone, port=6379.`,
        `1:M ${time} * Ready to accept connections tcp`,
      ];
    case 'mongod':
      return [
        `{"t":{"$date":"${rfc3339(at)}"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}`,
      ];
    case 'rabbitmq':
      return [
        '  ##  ##      RabbitMQ ' + version,
        '  ##  ##',
        '  ##########  Starting broker... completed with 0 plugins.',
      ];
    case 'coredns':
      return [
        'maxprocs: Leaving GOMAXPROCS=2: CPU quota undefined',
        '.:53',
        `CoreDNS-${version.replace(/^v/, '')}`,
        'linux/amd64, go1.25.2',
      ];
    default:
      return [];
  }
}

function nginxLines(version: string, time: string): string[] {
  const entrypoint = '/docker-entrypoint.sh';
  const ipv6 = '10-listen-on-ipv6-by-default.sh: info:';
  const notice = `${time} [notice] 1#1:`;
  return [
    `${entrypoint}: /docker-entrypoint.d/ is not empty, will attempt to perform configuration`,
    `${entrypoint}: Looking for shell scripts in /docker-entrypoint.d/`,
    `${entrypoint}: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh`,
    `${ipv6} Getting the checksum of /etc/nginx/conf.d/default.conf`,
    `${ipv6} Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf`,
    `${entrypoint}: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh`,
    `${entrypoint}: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh`,
    `${entrypoint}: Launching /docker-entrypoint.d/30-tune-worker-processes.sh`,
    `${entrypoint}: Configuration complete; ready for start up`,
    `${notice} using the "epoll" event method`,
    `${notice} nginx/${version}`,
    `${notice} OS: Linux 6.12.57`,
    `${notice} getrlimit(RLIMIT_NOFILE): 1048576:1048576`,
    `${notice} start worker processes`,
    `${notice} start worker process 29`,
    `${notice} start worker process 30`,
  ];
}
