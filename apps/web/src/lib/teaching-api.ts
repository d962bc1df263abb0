import type {
  AssignedLab,
  Attempt,
  BroadcastEvent,
  Class,
  ClassChange,
  ClassCreateBody,
  ClassMessage,
  Cluster,
  Grades,
  Invitation,
  InvitationCreateBody,
  LabAssignment,
  LabCheck,
  LabSummary,
  LtiGrade,
  LtiLink,
  LtiPlatform,
  LtiPlatformCreateBody,
  LtiRoster,
  Member,
  MemberChange,
  MemberCreateBody,
  MemberCreated,
  Moment,
  Page,
  Person,
  PersonChange,
  PersonCreateBody,
  RegradeState,
  RosterReport,
  SignInLink,
  Snapshot,
  TimelineEntry,
} from '@podlab/contracts';
import { allPages } from './all-pages';
import { callJson } from './http';

const root = '/api/v1';
const id = encodeURIComponent;
const classPath = (room: string) => `${root}/classes/${id(room)}`;
const memberPath = (room: string, person: string) => `${classPath(room)}/members/${id(person)}`;
const personPath = (person: string) => `${root}/people/${id(person)}`;
const clusterPath = (cluster: string) => `${root}/clusters/${id(cluster)}`;
const attemptPath = (attempt: string) => `${root}/attempts/${id(attempt)}`;
const post = <Answer>(path: string, json: unknown = {}) => callJson<Answer>(path, { method: 'POST', json });
const put = <Answer>(path: string, json: unknown) => callJson<Answer>(path, { method: 'PUT', json });
const patch = <Answer>(path: string, json: unknown) => callJson<Answer>(path, { method: 'PATCH', json });
const remove = (path: string) => callJson<void>(path, { method: 'DELETE' });

/** What whoever teaches does with classes and the people in them. */
export const teachingApi = {
  classes: () => callJson<Page<Class>>(`${root}/classes?limit=500`),
  class: (room: string) => callJson<Class>(classPath(room)),
  createClass: (body: ClassCreateBody) => post<Class>(`${root}/classes`, body),
  changeClass: (room: string, change: ClassChange) => patch<Class>(classPath(room), change),
  archiveClass: (room: string) => post<Class>(`${classPath(room)}/archive`),
  removeClass: (room: string) => remove(classPath(room)),
  bundlePath: (room: string) => `${classPath(room)}/archive`,

  members: (room: string) => allPages<Member>(`${classPath(room)}/members`),
  addMember: (room: string, body: MemberCreateBody) =>
    post<MemberCreated>(`${classPath(room)}/members`, body),
  changeMember: (room: string, person: string, change: MemberChange) =>
    patch<Member>(memberPath(room, person), change),
  removeMember: (room: string, person: string) => remove(memberPath(room, person)),
  memberLink: (room: string, person: string) => post<SignInLink>(`${memberPath(room, person)}/links`),
  roster: (room: string, text: string) =>
    callJson<RosterReport>(`${classPath(room)}/roster`, { method: 'POST', text, contentType: 'text/csv' }),

  invitations: (room: string) => allPages<Invitation>(`${classPath(room)}/invitations`),
  invite: (room: string, body: InvitationCreateBody) =>
    post<Invitation>(`${classPath(room)}/invitations`, body),
  revoke: (room: string, invitation: string) => remove(`${classPath(room)}/invitations/${id(invitation)}`),

  labs: (room: string) => callJson<Page<LabSummary>>(`${root}/labs?class=${id(room)}`),
  labsOf: (room: string) => callJson<Page<AssignedLab>>(`${classPath(room)}/labs`),
  assign: (room: string, lab: string, body: LabAssignment) =>
    put<AssignedLab>(`${classPath(room)}/labs/${id(lab)}`, body),
  unassign: (room: string, lab: string) => remove(`${classPath(room)}/labs/${id(lab)}`),
  checkLab: (files: Record<string, string>) => post<LabCheck>(`${root}/labs/check`, { files }),
  uploadLab: (room: string, files: Record<string, string>) =>
    post<LabSummary>(`${root}/labs`, { class: room, files }),

  people: () => allPages<Person>(`${root}/people`),
  createPerson: (body: PersonCreateBody) => post<Person & { link: SignInLink }>(`${root}/people`, body),
  changePerson: (person: string, change: PersonChange) => patch<Person>(personPath(person), change),
  removePerson: (person: string) => remove(personPath(person)),
  personLink: (person: string) => post<SignInLink>(`${personPath(person)}/links`),
  exportPerson: (person: string) => callJson<unknown>(`${personPath(person)}/export`),
};

/** Learning platforms that launch labs and take scores (LTI 1.3). */
export const platformsApi = {
  list: () => callJson<Page<LtiPlatform>>(`${root}/lti/platforms?limit=500`),
  create: (body: LtiPlatformCreateBody) => post<LtiPlatform>(`${root}/lti/platforms`, body),
  remove: (platform: string) => remove(`${root}/lti/platforms/${id(platform)}`),
  linksOf: (room: string) => callJson<Page<LtiLink>>(`${classPath(room)}/lti/links`),
  changeLink: (room: string, link: string, lab: string) =>
    put<LtiLink>(`${classPath(room)}/lti/links/${id(link)}`, { lab }),
  takeRoster: (room: string) => post<LtiRoster>(`${classPath(room)}/lti/roster`),
  gradesOf: (room: string) => callJson<Page<LtiGrade>>(`${classPath(room)}/lti/grades`),
  sendGrades: (room: string) => post<Page<LtiGrade>>(`${classPath(room)}/lti/grades`),
};

/** What is done from the wall and the grade book. */
export const guidingApi = {
  send: (room: string, body: { to: string | null; text: string }) =>
    post<ClassMessage>(`${classPath(room)}/messages`, body),
  broadcast: (room: string, cluster: string | null) =>
    put<BroadcastEvent>(`${classPath(room)}/broadcast`, { cluster }),
  lowerHand: (attempt: string) => put<Attempt>(`${attemptPath(attempt)}/hand`, { raised: false }),
  snapshots: (cluster: string) => callJson<Page<Snapshot>>(`${clusterPath(cluster)}/snapshots`),
  restore: (cluster: string, moment: Moment) => post<Cluster>(`${clusterPath(cluster)}/restore`, moment),
  reset: (cluster: string) => post<Cluster>(`${clusterPath(cluster)}/reset`),

  grades: (room: string) => callJson<Grades>(`${classPath(room)}/grades`),
  gradesPath: (room: string, lab: string | null) =>
    `${classPath(room)}/grades?format=csv${lab === null ? '' : `&lab=${id(lab)}`}`,
  attempt: (attempt: string) => callJson<Attempt>(attemptPath(attempt)),
  timeline: (attempt: string) => callJson<Page<TimelineEntry>>(`${attemptPath(attempt)}/timeline`),
  regrade: (room: string, lab: string) => post<RegradeState>(`${classPath(room)}/regrade`, { lab }),
  regradeState: (room: string, regrade: string) =>
    callJson<RegradeState>(`${classPath(room)}/regrade/${id(regrade)}`),
};
