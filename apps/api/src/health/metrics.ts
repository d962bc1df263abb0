import { Inject, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { ClusterHost } from '../cluster-host/cluster-host';
import { RealtimeHub } from '../realtime/realtime-hub';
import { RequestDesk } from '../requests/request-desk';

/** What Prometheus reads at /metrics. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor(
    @Inject(ClusterHost) host: ClusterHost,
    @Inject(RealtimeHub) hub: RealtimeHub,
    @Inject(RequestDesk) desk: RequestDesk,
  ) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    gauge('podlab_clusters_loaded', 'Clusters in memory', () => host.loaded);
    gauge('podlab_storage_writable', '1 while the disk takes writes', () => (host.writable ? 1 : 0));
    gauge('podlab_sockets', 'Open Socket.IO connections', () => hub.sockets);
    const requests = new Counter({
      name: 'podlab_simulated_requests_total',
      help: 'Requests walked in simulated networks',
      labelNames: ['disposition'],
      registers,
    });
    desk.onSent((_, sent) => {
      for (const { disposition } of sent) requests.inc({ disposition });
    });

    function gauge(name: string, help: string, read: () => number): void {
      const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(read()) });
    }
  }
}
