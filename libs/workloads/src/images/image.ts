/** What the image does when nothing else is said: the shape of its main program. */
export type ProgramName =
  | 'nginx'
  | 'httpd'
  | 'http-echo'
  | 'whoami'
  | 'agnhost'
  | 'pause'
  | 'coredns'
  | 'mysqld'
  | 'postgres'
  | 'redis-server'
  | 'mongod'
  | 'rabbitmq-server'
  | 'memcached'
  | 'generic';

/** One repository of the catalogue: plain data, so that a class can add its own. */
export interface ImageDefinition {
  /** Normalised, without tag: `docker.io/library/nginx`. */
  readonly repository: string;
  /** Source of a regular expression that known tags match in full. */
  readonly tags: string;
  /** Version that a floating tag such as `latest` stands for. */
  readonly version: string;
  /** Compressed size as a pull event tells it. */
  readonly sizeBytes: number;
  /** Virtual time of a first pull. */
  readonly pullMs: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Ports that the image itself declares; informative, as in a Dockerfile. */
  readonly ports?: readonly number[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether `sh` and the small utilities are there; a distroless image has none. */
  readonly shell: boolean;
  readonly workingDirectory?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** A pulled image: what a container of it starts from. */
export interface Image {
  /** `docker.io/library/nginx:1.27`. */
  readonly reference: string;
  /** `docker.io/library/nginx@sha256:…`: `imageID` of a container status. */
  readonly id: string;
  readonly version: string;
  readonly definition: ImageDefinition;
  /** False for an image outside the catalogue, which serves its declared ports. */
  readonly known: boolean;
}

export type PullFailure = 'InvalidName' | 'RepositoryUnknown' | 'TagUnknown';

export type ImageResolution =
  | { readonly kind: 'Image'; readonly image: Image }
  | {
      readonly kind: 'Failure';
      readonly failure: PullFailure;
      /** What the runtime answers to the kubelet. */
      readonly message: string;
      /** The known image that was probably meant, as people write it. */
      readonly nearMiss?: string;
    };

/** What an image that nothing knows does: nothing, unless a class says that its own are such. */
export type UnknownImages = 'Run' | 'FailToPull';
