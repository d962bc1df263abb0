// fast-check as specs import it: PODLAB_TEST_ROUNDS multiplies the runs of every property.
const { join } = require('node:path');
const fastCheck = require(join(__dirname, '../../node_modules/fast-check'));

const RUNS_PER_ROUND = 100;
fastCheck.configureGlobal({ numRuns: RUNS_PER_ROUND * Number(process.env.PODLAB_TEST_ROUNDS ?? 1) });
module.exports = fastCheck;
