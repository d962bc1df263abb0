import type {
  AnswersGiven,
  AssignedLab,
  Attempt,
  CheckRunAnswer,
  Class,
  ClassMessage,
  Grades,
  HandRaised,
  Join,
  Joined,
  Page,
  PasswordChange,
  Person,
  QuotaUse,
  Session,
  SessionInformation,
  SignInMethods,
  TokenCreated,
  TokenInformation,
  TokenScope,
} from '@podlab/contracts';
import { callJson } from './http';

const root = '/api/v1';
const classPath = (id: string) => `${root}/classes/${encodeURIComponent(id)}`;
const attemptPath = (id: string) => `${root}/attempts/${encodeURIComponent(id)}`;
const post = <Answer>(path: string, json: unknown) => callJson<Answer>(path, { method: 'POST', json });

/** What a member of a class does: joining, labs, attempts. */
export const learningApi = {
  join: (body: Join) => post<Joined>(`${root}/join`, body),
  classes: () => callJson<Page<Class>>(`${root}/classes`),
  class: (id: string) => callJson<Class>(classPath(id)),
  labsOf: (id: string) => callJson<Page<AssignedLab>>(`${classPath(id)}/labs`),
  gradesOf: (id: string) => callJson<Grades>(`${classPath(id)}/grades`),
  messagesOf: (id: string) => callJson<Page<ClassMessage>>(`${classPath(id)}/messages`),
  begin: (lab: string, classId: string) =>
    post<Attempt>(`${root}/labs/${encodeURIComponent(lab)}/attempts`, { class: classId }),
  quotasOf: (cluster: string) => callJson<QuotaUse>(`${root}/clusters/${encodeURIComponent(cluster)}/quotas`),
  attempt: (id: string) => callJson<Attempt>(attemptPath(id)),
  check: (id: string, step?: string) =>
    post<CheckRunAnswer>(`${attemptPath(id)}/checks`, step === undefined ? {} : { step }),
  answer: (id: string, given: Partial<AnswersGiven>) => post<Attempt>(`${attemptPath(id)}/answers`, given),
  openHint: (id: string, step: string) => post<Attempt>(`${attemptPath(id)}/hints`, { step }),
  hand: (id: string, json: HandRaised) =>
    callJson<Attempt>(`${attemptPath(id)}/hand`, { method: 'PUT', json }),
};

/** A person and the ways in. */
export const accountApi = {
  methods: () => callJson<SignInMethods>(`${root}/auth/methods`),
  signIn: (login: string, password: string) => post<Session>(`${root}/auth/sign-in`, { login, password }),
  rename: (id: string, name: string) =>
    callJson<Person>(`${root}/people/${encodeURIComponent(id)}`, { method: 'PATCH', json: { name } }),
  setPassword: (json: PasswordChange) => callJson<void>(`${root}/auth/password`, { method: 'PUT', json }),
  sessions: () => callJson<Page<SessionInformation>>(`${root}/auth/sessions`),
  endSession: (id: string) =>
    callJson<void>(`${root}/auth/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  endSessions: () => callJson<void>(`${root}/auth/sessions`, { method: 'DELETE' }),
  tokens: () => callJson<Page<TokenInformation>>(`${root}/auth/tokens`),
  createToken: (body: { name: string; scope: TokenScope; expires_in_s: number }) =>
    post<TokenCreated>(`${root}/auth/tokens`, body),
  deleteToken: (id: string) =>
    callJson<void>(`${root}/auth/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  exportPath: (id: string) => `${root}/people/${encodeURIComponent(id)}/export`,
};
