import { ApiServer, type KubeAnswer, type KubeWatch } from '@podlab/apiserver';
import { Prng, rfc3339, seedPrng, utf8Decode, utf8Encode } from '@podlab/kernel';
import { MvccStore, createMvccState } from '@podlab/storage';
import { customStrategies } from '../apiextensions/custom-resource/strategy';
import { REGISTRY } from '../registry';

const NOW = 1_795_000_000_000;
export const CONFIG_MAPS = '/api/v1/namespaces/lab/configmaps';

/** The API of an empty cluster with a namespace; a text for a body is sent as it stands. */
export function api() {
  const now = () => NOW;
  const store = new MvccStore(createMvccState(), now);
  const random = new Prng(seedPrng('1', 'api'));
  const server = new ApiServer({
    store,
    registry: REGISTRY,
    custom: customStrategies,
    settings: { service_cidr: '10.96.0.0/16', pod_cidr: '10.244.0.0/16', node_port_range: [30_000, 32_767] },
    random,
    now,
    timestamp: () => rfc3339(NOW),
    connectors: [],
  });
  const handle = (method: string, url: string, body?: unknown, type = 'application/json', accept = type) => {
    const [path, query = ''] = url.split('?');
    return server.handle({
      method,
      path,
      query,
      accept,
      content_type: type,
      body:
        body === undefined
          ? new Uint8Array()
          : utf8Encode(typeof body === 'string' ? body : JSON.stringify(body)),
      user: { name: 'student', groups: ['system:masters'] },
    });
  };
  const request = (method: string, url: string, body?: unknown, type?: string) => {
    const answer = handle(method, url, body, type, 'application/json') as KubeAnswer;
    return { status: answer.status, headers: answer.headers, body: JSON.parse(utf8Decode(answer.body)) };
  };
  const raw = (method: string, url: string, accept?: string) =>
    handle(method, url, undefined, 'application/json', accept) as KubeAnswer;
  const watch = (url: string) => {
    const lines: { type: string; object: { metadata: Record<string, unknown>; message?: string } }[] = [];
    const stream = handle('GET', url) as KubeWatch;
    const stop = stream.open({
      event: (bytes) => void lines.push(JSON.parse(utf8Decode(bytes)) as never),
      end: () => undefined,
    });
    return { lines, stop, stream };
  };
  const make = (name: string, data = {}) => request('POST', CONFIG_MAPS, { metadata: { name }, data });
  request('POST', '/api/v1/namespaces', { metadata: { name: 'lab' } });
  return { store, random, request, raw, watch, make };
}
