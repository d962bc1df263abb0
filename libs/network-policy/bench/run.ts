import { measureReachability } from './reachability';

console.log(JSON.stringify(measureReachability()));
