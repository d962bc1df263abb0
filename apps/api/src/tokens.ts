/** Injection tokens of what the server is composed from; `server.ts` provides them. */
export const SETTINGS = Symbol('settings');
export const DOMAIN = Symbol('domain');
export const REVISION_LOG = Symbol('revision log');
export const ADMIN_TOKEN = Symbol('administrator token');
export const ADDRESSES = Symbol('public addresses');
export const LOGGER = Symbol('logger');
export const ENGINE = Symbol('engine of clusters');
export const SECRET_BOX = Symbol('secret box');
export const GRADER_POOL = Symbol('threads that grade');
