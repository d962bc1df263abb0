import { type DynamicModule, Module } from '@nestjs/common';
import type { Persistence } from '@podlab/persistence';
import type { Logger } from 'pino';
import { AuthHttpController } from './auth/auth.http-controller';
import { AccessChanges } from './auth/access-changes';
import { Attempts } from './auth/attempts';
import { AuthGuard } from './auth/auth.guard';
import { HeavyCalls } from './auth/heavy-calls';
import { Authenticator } from './auth/authenticator';
import { OidcDesk } from './auth/oidc';
import { OidcHttpController } from './auth/oidc.http-controller';
import { Rights } from './auth/rights';
import { SignInDesk } from './auth/sign-in';
import { TokenDesk } from './auth/tokens';
import { CLASSROOM_CONTROLLERS, CLASSROOM_PROVIDERS } from './classroom/parts';
import { ClusterHost } from './cluster-host/cluster-host';
import type { LogEntry } from './cluster-host/core';
import { CLUSTER_ENGINE } from './cluster-host/engine';
import { Recall } from './cluster-host/recall';
import { ClockHttpController } from './clusters/clock.http-controller';
import { ClusterCounts } from './clusters/cluster-counts';
import { ClusterDirectory } from './clusters/cluster-directory';
import { ClustersHttpController } from './clusters/clusters.http-controller';
import { Idempotency } from './clusters/idempotency';
import { SnapshotDesk } from './clusters/snapshot-desk';
import { SnapshotsHttpController } from './clusters/snapshots.http-controller';
import { StateHttpController } from './clusters/state.http-controller';
import type { Addresses } from './config/addresses';
import type { Settings } from './config/settings';
import { DocumentationHttpController } from './documentation/documentation.http-controller';
import { ConnectivityHttpController } from './connectivity/connectivity.http-controller';
import { FaultsHttpController } from './faults/faults.http-controller';
import type { GraderPool } from './grading/grader-pool';
import { GRADING_CONTROLLERS, GRADING_PROVIDERS } from './grading/parts';
import { HealthHttpController } from './health/health.http-controller';
import { Metrics } from './health/metrics';
import { AccountDoor } from './kube-api/account-door';
import { KubeCallers } from './kube-api/kube-callers';
import { KubeDoor } from './kube-api/kube-door';
import { OpenApiDocuments } from './kube-api/openapi-documents';
import { OpenStreams } from './kube-api/open-streams';
import { ServiceAccountKeys } from './kube-api/service-account-keys';
import { ServiceAccountTokens } from './kube-api/service-account-tokens';
import { TokenReviews } from './kube-api/token-reviews';
import { StreamDoor } from './kube-api/streams/stream-door';
import { LTI_CONTROLLERS, LTI_PROVIDERS } from './lti/parts';
import { Outbound } from './outbound/outbound';
import { ProblemFilter } from './problems/problem.filter';
import { ContractPipe } from './problems/validation';
import { RealtimeHub } from './realtime/realtime-hub';
import { ExecDesk } from './exec/exec-desk';
import { ExecHttpController } from './exec/exec.http-controller';
import { RequestDesk } from './requests/request-desk';
import { RequestsHttpController } from './requests/requests.http-controller';
import { WALL_CONTROLLERS, WALL_PROVIDERS } from './wall/parts';
import type { SecretBox } from './tls/secret-box';
import {
  ADDRESSES,
  ADMIN_TOKEN,
  DOMAIN,
  ENGINE,
  GRADER_POOL,
  LOGGER,
  REVISION_LOG,
  SECRET_BOX,
  SETTINGS,
} from './tokens';

export interface AppParts {
  settings: Settings;
  persistence: Persistence<LogEntry>;
  adminToken: string;
  addresses: Addresses;
  logger: Logger;
  box: SecretBox;
  graders: GraderPool;
  recall: Recall;
}

@Module({})
export class AppModule {
  static of(parts: AppParts): DynamicModule {
    const { settings, persistence, adminToken, addresses, logger, box, graders, recall } = parts;
    return {
      module: AppModule,
      controllers: [
        HealthHttpController,
        DocumentationHttpController,
        AuthHttpController,
        OidcHttpController,
        ...CLASSROOM_CONTROLLERS,
        ClustersHttpController,
        RequestsHttpController,
        ExecHttpController,
        ClockHttpController,
        ConnectivityHttpController,
        FaultsHttpController,
        StateHttpController,
        SnapshotsHttpController,
        ...GRADING_CONTROLLERS,
        ...WALL_CONTROLLERS,
        ...LTI_CONTROLLERS,
      ],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: DOMAIN, useValue: persistence.domain },
        { provide: REVISION_LOG, useValue: persistence.log },
        { provide: ADMIN_TOKEN, useValue: adminToken },
        { provide: ADDRESSES, useValue: addresses },
        { provide: LOGGER, useValue: logger },
        { provide: SECRET_BOX, useValue: box },
        { provide: GRADER_POOL, useValue: graders },
        { provide: ENGINE, useValue: CLUSTER_ENGINE },
        { provide: Recall, useValue: recall },
        Authenticator,
        AuthGuard,
        HeavyCalls,
        Outbound,
        Rights,
        AccessChanges,
        Attempts,
        SignInDesk,
        TokenDesk,
        OidcDesk,
        ...CLASSROOM_PROVIDERS,
        ClusterCounts,
        ClusterHost,
        ClusterDirectory,
        SnapshotDesk,
        Idempotency,
        RequestDesk,
        ExecDesk,
        ...GRADING_PROVIDERS,
        ...WALL_PROVIDERS,
        ...LTI_PROVIDERS,
        RealtimeHub,
        AccountDoor,
        KubeCallers,
        KubeDoor,
        StreamDoor,
        ServiceAccountKeys,
        ServiceAccountTokens,
        TokenReviews,
        OpenApiDocuments,
        OpenStreams,
        Metrics,
        ProblemFilter,
        ContractPipe,
      ],
    };
  }
}
