/** `catching-up.ts FOLDER ADDRESS REVISION`: a node that knows nothing; prints the seconds until it has understood the cluster up to there. */
import { openMember } from './member.ts';

const [folder = '', address = '', revision = '0'] = process.argv.slice(2);
const begun = performance.now();
const member = await openMember(folder, address, 'newcomer');
member.follow(async () => undefined);
await member.until(() => member.cluster.revision() >= Number(revision));
console.log(JSON.stringify({ catchUp65536S: (performance.now() - begun) / 1000 }));
process.exit(0);
