import { growHeapSlowly } from '../../adapters/system/heap.ts';
import { type Measurement, measurements } from './measurements.ts';

const [name = '', path = ''] = process.argv.slice(2);
if (!(name in measurements)) throw new Error(`no measurement ${name}`);
// As evioctl does.
growHeapSlowly(15);
const figures = await measurements[name as Measurement](path);
process.stdout.write(JSON.stringify({ ...figures, peakMiB: process.resourceUsage().maxRSS / 1024 }));
