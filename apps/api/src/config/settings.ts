/** The settings of the process: `PODLAB_*` of the environment, read once and refused by name when they make no sense. */
import { z } from 'zod';
import { type InternalHost, readInternalHosts } from '../outbound/internal-hosts';

const port = z.coerce.number().int().min(0).max(65535);
const publicUrl = z
  .string()
  .regex(/^https?:\/\/[^/?#\s]+$/, 'must be a URL without a path, such as https://podlab.example')
  .optional();

/** Clear text only where nobody listens. */
const issuer = z
  .string()
  .regex(
    /^(https:\/\/[^?#\s]+|http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(\/[^?#\s]*)?)$/,
    'must be an https URL (http on this machine only)',
  )
  .optional();

const roles = z
  .string()
  .default('gateway,host,grader')
  .transform((text) => text.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(['gateway', 'host', 'grader'])).min(1));

const internalHosts = z
  .string()
  .default('')
  .transform(readInternalHosts)
  .refine(
    (hosts) => hosts !== undefined,
    'must be hosts with commas between, such as moodle.lan,http://10.0.0.7:8080',
  );

const notYet = (what: string) =>
  z.undefined({ error: `${what} is not supported by this version: leave it unset` }).optional();

const Environment = z.object({
  PODLAB_HOST: z.string().min(1).default('127.0.0.1'),
  PODLAB_PORT: port.default(3000),
  PODLAB_KUBE_PORT: port.default(6443),
  PODLAB_DATA: z.string().min(1).default('./data'),
  PODLAB_ADMIN_TOKEN: z.string().min(16).optional(),
  PODLAB_PUBLIC_URL: publicUrl,
  PODLAB_KUBE_PUBLIC_URL: publicUrl,
  PODLAB_TLS_CERT: z.string().optional(),
  PODLAB_TLS_KEY: z.string().optional(),
  PODLAB_TRUST_PROXY: z.enum(['true', 'false']).default('false'),
  PODLAB_SECRET: z.string().min(16).optional(),
  PODLAB_ROLES: roles,
  PODLAB_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  PODLAB_DASHBOARD: z.string().optional(),
  PODLAB_OPENAPI: z.string().optional(),
  PODLAB_LABS: z.string().optional(),
  PODLAB_SLEEP_AFTER_MS: z.coerce.number().int().min(100).default(600_000),
  PODLAB_INTERNAL_HOSTS: internalHosts,
  PODLAB_OIDC_ISSUER: issuer,
  PODLAB_OIDC_CLIENT_ID: z.string().min(1).optional(),
  PODLAB_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  PODLAB_OIDC_NAME: z.string().min(1).max(64).optional(),
  DATABASE_URL: notYet('DATABASE_URL'),
  REDIS_URL: notYet('REDIS_URL'),
});

export interface Settings {
  host: string;
  port: number;
  kubePort: number;
  dataFolder: string;
  adminToken?: string;
  publicUrl?: string;
  kubePublicUrl?: string;
  tlsCertificateFile?: string;
  tlsKeyFile?: string;
  trustProxy: boolean;
  secret?: string;
  roles: ('gateway' | 'host' | 'grader')[];
  logLevel: string;
  /** Folder of the dashboard's static export. */
  dashboardFolder?: string;
  /** Folder of the Kubernetes API's OpenAPI documents. */
  openApiFolder?: string;
  /** Folder of the labs that every class may work on. */
  labsFolder?: string;
  /** Where people sign in beside here. */
  oidc?: { issuer: string; clientId: string; clientSecret: string; name: string };
  /** Hosts of the own network that may be called where somebody else says where to call. */
  internalHosts: readonly InternalHost[];
  /** A cluster without a client sleeps after this time. */
  sleepAfterMs: number;
}

export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
}

export function readSettings(environment: Record<string, string | undefined>): Settings {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new InvalidSettings(lines.join('\n'));
  }
  const values = parsed.data;
  if ((values.PODLAB_TLS_CERT === undefined) !== (values.PODLAB_TLS_KEY === undefined)) {
    throw new InvalidSettings('PODLAB_TLS_CERT and PODLAB_TLS_KEY: set both or neither');
  }
  return {
    host: values.PODLAB_HOST,
    port: values.PODLAB_PORT,
    kubePort: values.PODLAB_KUBE_PORT,
    dataFolder: values.PODLAB_DATA,
    adminToken: values.PODLAB_ADMIN_TOKEN,
    publicUrl: values.PODLAB_PUBLIC_URL,
    kubePublicUrl: values.PODLAB_KUBE_PUBLIC_URL,
    tlsCertificateFile: values.PODLAB_TLS_CERT,
    tlsKeyFile: values.PODLAB_TLS_KEY,
    trustProxy: values.PODLAB_TRUST_PROXY === 'true',
    secret: values.PODLAB_SECRET,
    roles: values.PODLAB_ROLES,
    logLevel: values.PODLAB_LOG_LEVEL,
    dashboardFolder: values.PODLAB_DASHBOARD,
    openApiFolder: values.PODLAB_OPENAPI,
    labsFolder: values.PODLAB_LABS,
    sleepAfterMs: values.PODLAB_SLEEP_AFTER_MS,
    internalHosts: values.PODLAB_INTERNAL_HOSTS ?? [],
    oidc: oidcOf(values),
  };
}

function oidcOf(values: z.infer<typeof Environment>): Settings['oidc'] {
  const {
    PODLAB_OIDC_ISSUER: issuerUrl,
    PODLAB_OIDC_CLIENT_ID: clientId,
    PODLAB_OIDC_CLIENT_SECRET: clientSecret,
    PODLAB_OIDC_NAME: name,
  } = values;
  const isSet = [issuerUrl, clientId, clientSecret].map((value) => value !== undefined);
  if (new Set(isSet).size > 1)
    throw new InvalidSettings('PODLAB_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET: set all or none');
  if (issuerUrl === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return { issuer: issuerUrl, clientId, clientSecret, name: name ?? new URL(issuerUrl).host };
}
