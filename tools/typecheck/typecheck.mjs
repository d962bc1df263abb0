// `node tools/typecheck/typecheck.mjs libs/kernel apps/api`
import { typecheck } from './programs.mjs';

process.exit(typecheck(process.argv.slice(2)).length > 0 ? 1 : 0);
