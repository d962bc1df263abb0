import type { CommandTable } from './command';
import { dig } from './dns/dig';
import { getent } from './dns/getent';
import { host } from './dns/host';
import { nslookup } from './dns/nslookup';

/** The tools that ask name servers. */
export const NAME_COMMANDS: CommandTable = Object.freeze({ nslookup, dig, host, getent });
