/** A class with one of each, and a student's cluster where a pod runs and time stands still. */
import type { Class, Cluster } from '@podlab/contracts';
import { Client, type PersonClient } from './client';
import { POD_INSIDE } from './ways-in';

export interface Room {
  room: Class;
  teacher: PersonClient;
  student: PersonClient;
  /** An assistant, who may work in clusters. */
  helper: PersonClient;
  /** The student's. */
  cluster: string;
}

export async function roomOf(admin: Client, number: number): Promise<Room> {
  const [teacher, student, helper] = [
    await admin.newPerson({ login: `teacher-${number}`, role: 'teacher' }),
    await admin.newPerson({ login: `student-${number}` }),
    await admin.newPerson({ login: `helper-${number}` }),
  ];
  const settings = { assistants: 'use' };
  const room = await teacher.ok<Class>('POST', '/api/v1/classes', { name: 'room', settings });
  const path = `/api/v1/classes/${room.id}`;
  await teacher.ok('POST', `${path}/members`, { login: student.person.login });
  await teacher.ok('POST', `${path}/members`, { login: helper.person.login, role: 'assistant' });
  const body = { name: 'c', nodes: 1, manifests: POD_INSIDE };
  const { id } = await student.ok<Cluster>('POST', `${path}/clusters`, body);
  await student.settle(id, 20_000);
  await student.ok('PUT', `/api/v1/clusters/${id}/clock`, { mode: 'paused', speed: 1 });
  return { room, teacher, student, helper, cluster: id };
}

/** Somebody with the cookie of a new session. */
export async function signedIn(admin: Client, { person }: PersonClient): Promise<Client> {
  const { server } = admin;
  const { url } = await admin.ok<{ url: string }>('POST', `/api/v1/people/${person.id}/links`);
  const body = { code: new URL(url).hash.replace('#code=', '') };
  const { headers } = await new Client(server, {}).call('POST', '/api/v1/auth/sign-in', body);
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0];
  return new Client(server, { cookie, origin: server.url });
}
