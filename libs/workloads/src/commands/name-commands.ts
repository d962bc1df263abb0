import { afterExchange } from './after-exchange';
import type { Command, CommandTable } from './command';

const nslookup: Command = (context, system) => {
  const type =
    context.arguments
      .find((word) => word.startsWith('-type=') || word.startsWith('-query='))
      ?.split('=')[1] ?? 'A';
  const [name = '', server] = context.arguments.filter((word) => !word.startsWith('-'));
  const result = system.network.lookup(system.origin, name, type.toUpperCase(), !name.endsWith('.'));
  const asked = server ?? result.server;
  const timedOut = result.rcode === 'TIMEOUT';
  if (timedOut)
    return afterExchange(system, result.elapsedMs, {
      status: 1,
      stdout: ';; connection timed out; no servers could be reached\n\n',
    });
  let stdout = `Server:\t\t${asked}\nAddress:\t${asked}:53\n\n`;
  if (result.rcode !== 'NOERROR') {
    stdout +=
      result.rcode === 'NODATA'
        ? `*** Can't find ${result.name}: No answer\n\n`
        : `** server can't find ${result.name}: ${result.rcode}\n\n`;
    return afterExchange(system, result.elapsedMs, { status: 1, stdout });
  }
  for (const answer of result.answers) {
    if (answer.type === 'A' || answer.type === 'AAAA')
      stdout += `Name:\t${answer.name}\nAddress: ${answer.value}\n`;
    else if (answer.type === 'CNAME') stdout += `${answer.name}\tcanonical name = ${answer.value}\n`;
    else
      stdout += `${answer.name}\t${answer.type === 'SRV' ? 'service' : answer.type.toLowerCase()} = ${answer.value}\n`;
  }
  return afterExchange(system, result.elapsedMs, { status: 0, stdout: `${stdout}\n` });
};

const dig: Command = (context, system) => {
  const short = context.arguments.includes('+short');
  const operands = context.arguments.filter((word) => !/^[+@-]/.test(word));
  const type =
    operands.find((word) => /^(A|AAAA|SRV|CNAME|PTR|ANY|TXT|NS|SOA)$/i.test(word))?.toUpperCase() ?? 'A';
  const name = operands.find((word) => word.toUpperCase() !== type) ?? '.';
  const result = system.network.lookup(system.origin, name, type, context.arguments.includes('+search'));
  if (result.rcode === 'TIMEOUT') {
    return afterExchange(system, result.elapsedMs, {
      status: 9,
      stdout: ';; connection timed out; no servers could be reached\n',
    });
  }
  const answers = result.answers
    .map((answer) =>
      short ? `${answer.value}\n` : `${answer.name}.\t30\tIN\t${answer.type}\t${answer.value}\n`,
    )
    .join('');
  const status = result.rcode === 'NODATA' ? 'NOERROR' : result.rcode;
  const head = `\n; <<>> DiG 9.20 <<>> ${context.arguments.join(' ')}\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 1\n;; flags: qr aa rd; QUERY: 1, ANSWER: ${result.answers.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n;; QUESTION SECTION:\n;${result.name.replace(/\.?$/, '.')}\t\tIN\t${type}\n\n`;
  const body = result.answers.length > 0 ? `;; ANSWER SECTION:\n${answers}\n` : '';
  const stdout = short
    ? answers
    : `${head}${body};; Query time: ${Math.round(result.elapsedMs)} msec\n;; SERVER: ${result.server}#53(${result.server}) (UDP)\n\n`;
  return afterExchange(system, result.elapsedMs, { status: 0, stdout });
};

const host: Command = (context, system) => {
  const name = context.arguments.find((word) => !word.startsWith('-')) ?? '';
  const result = system.network.lookup(system.origin, name, 'A', true);
  const lines = result.answers.map((answer) =>
    answer.type === 'CNAME'
      ? `${answer.name} is an alias for ${answer.value}.\n`
      : `${answer.name} has address ${answer.value}\n`,
  );
  const ok = result.rcode === 'NOERROR';
  const stdout = ok
    ? lines.join('')
    : result.rcode === 'TIMEOUT'
      ? ';; connection timed out; no servers could be reached\n'
      : `Host ${name} not found: 3(${result.rcode})\n`;
  return afterExchange(system, result.elapsedMs, { status: ok ? 0 : 1, stdout });
};

const getent: Command = (context, system) => {
  const [database, name = ''] = context.arguments;
  if (database !== 'hosts' && database !== 'ahosts' && database !== 'ahostsv4') return 2;
  const result = system.network.lookup(system.origin, name, 'A', true);
  const addresses = result.answers.filter((answer) => answer.type === 'A');
  const stdout = addresses.map((answer) => `${answer.value.padEnd(15)} ${result.name}\n`).join('');
  return afterExchange(system, result.elapsedMs, {
    status: addresses.length > 0 ? 0 : 2,
    stdout,
  });
};

/** Tools that ask name servers. */
export const NAME_COMMANDS: CommandTable = { nslookup, dig, host, getent };
