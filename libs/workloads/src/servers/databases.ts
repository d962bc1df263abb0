import type { ServerBehaviour, ServerContext, StreamAnswer } from './server';

/** MySQL's first packet: protocol 10, the server's version, then whatever comes ends the talk as a refused login. */
export const mysqlBehaviour: ServerBehaviour = {
  onTerminate: 0,
  open: (context) => ({ reply: `\u004a\u0000\u0000\u0000\n${context.version}\u0000` }),
  data: (_text, _state, context) => ({
    reply: `\u00ff\u0015\u0004#28000Access denied for user 'root'@'${context.remote.address}' (using password: NO)`,
    close: true,
  }),
};

/** PostgreSQL: asks for a password, refuses what is no start-up message. */
export const postgresBehaviour: ServerBehaviour = {
  onTerminate: 0,
  data: (text, _state, context) => {
    if (text.startsWith('\u0000'))
      return { reply: 'R\u0000\u0000\u0000\u0017\u0000\u0000\u0000\nSCRAM-SHA-256\u0000\u0000' };
    context.log(
      'stderr',
      `${context.timestamp().replace('T', ' ').replace('Z', '')}.000 UTC [${context.server.pid}] LOG:  invalid length of startup packet`,
    );
    return { close: true };
  },
};

/** Redis: RESP and inline commands on a small set of keys. */
export const redisBehaviour: ServerBehaviour = {
  onTerminate: 0,
  data: (text, state, context) => {
    let rest = state + text;
    let reply = '';
    for (;;) {
      const read = readRedisCommand(rest);
      if (!read) break;
      rest = read.rest;
      if (read.words.length === 0) continue;
      if (read.words[0].toUpperCase() === 'QUIT') return { reply: `${reply}+OK\r\n`, close: true };
      reply += redisReply(read.words, context);
    }
    return { reply, state: rest.slice(0, 65_536) };
  },
};

function readRedisCommand(text: string): { words: string[]; rest: string } | undefined {
  const end = text.indexOf('\n');
  if (end < 0) return undefined;
  if (!text.startsWith('*')) {
    const line = text.slice(0, end).replace(/\r$/, '').trim();
    return { words: line === '' ? [] : line.split(/\s+/), rest: text.slice(end + 1) };
  }
  const count = Number(text.slice(1, end));
  let at = end + 1;
  const words: string[] = [];
  for (let i = 0; i < Math.min(count, 1_000); i++) {
    const lineEnd = text.indexOf('\n', at);
    if (lineEnd < 0) return undefined;
    const length = Number(text.slice(at + 1, lineEnd));
    const word = text.slice(lineEnd + 1, lineEnd + 1 + length);
    if (word.length < length) return undefined;
    words.push(word);
    at = lineEnd + 1 + length + 2;
  }
  return { words, rest: text.slice(at) };
}

/** Keys that one redis keeps. */
const REDIS_KEYS_LIMIT = 1_000;

function redisReply(words: readonly string[], context: ServerContext): string {
  const { memory, settings } = context.server;
  const [name, key = '', value = ''] = words;
  const bulk = (text: string | undefined): string =>
    text === undefined ? '$-1\r\n' : `$${text.length}\r\n${text}\r\n`;
  switch (name.toUpperCase()) {
    case 'PING':
      return words.length > 1 ? bulk(key) : '+PONG\r\n';
    case 'ECHO':
      return bulk(key);
    case 'AUTH':
      return key === settings.password
        ? '+OK\r\n'
        : '-WRONGPASS invalid username-password pair or user is disabled.\r\n';
    case 'SET':
      if (memory.size >= REDIS_KEYS_LIMIT && !memory.has(key))
        return "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
      memory.set(key, value.slice(0, 4_096));
      return '+OK\r\n';
    case 'GET':
      return bulk(memory.get(key));
    case 'DEL':
      return `:${words.slice(1).filter((item) => memory.delete(item)).length}\r\n`;
    case 'EXISTS':
      return `:${words.slice(1).filter((item) => memory.has(item)).length}\r\n`;
    case 'INCR':
      return increment(memory, key);
    case 'KEYS': {
      const keys = [...memory.keys()].sort();
      return `*${keys.length}\r\n${keys.map(bulk).join('')}`;
    }
    case 'DBSIZE':
      return `:${memory.size}\r\n`;
    case 'FLUSHALL':
      memory.clear();
      return '+OK\r\n';
    case 'INFO':
      return bulk(`# Server\r\nredis_version:${context.version}\r\nrole:master\r\n`);
    case 'COMMAND':
    case 'CLIENT':
    case 'HELLO':
      return name.toUpperCase() === 'COMMAND' ? '*0\r\n' : '+OK\r\n';
    default:
      return `-ERR unknown command '${name}', with args beginning with: ${words
        .slice(1, 2)
        .map((word) => `'${word}' `)
        .join('')}\r\n`;
  }
}

function increment(memory: Map<string, string>, key: string): string {
  const value = Number(memory.get(key) ?? 0);
  if (!Number.isSafeInteger(value)) return '-ERR value is not an integer or out of range\r\n';
  memory.set(key, String(value + 1));
  return `:${value + 1}\r\n`;
}

/** memcached's text protocol: version, get, set. */
export const memcachedBehaviour: ServerBehaviour = {
  onTerminate: 0,
  data: (text, state, context) => memcached(state + text, context),
};

function memcached(text: string, context: ServerContext): StreamAnswer {
  const { memory } = context.server;
  const [line, ...rest] = text.split('\r\n');
  if (rest.length === 0) return { state: text.slice(0, 65_536) };
  const [name, key = ''] = line.split(' ');
  if (name === 'version') return { reply: `VERSION ${context.version}\r\n` };
  if (name === 'get') {
    const value = memory.get(key);
    return { reply: `${value === undefined ? '' : `VALUE ${key} 0 ${value.length}\r\n${value}\r\n`}END\r\n` };
  }
  if (name === 'set') {
    if (rest.length < 2) return { state: text.slice(0, 65_536) };
    if (memory.size < REDIS_KEYS_LIMIT) memory.set(key, rest[0].slice(0, 4_096));
    return { reply: 'STORED\r\n' };
  }
  return name === 'quit' ? { close: true } : { reply: 'ERROR\r\n' };
}
