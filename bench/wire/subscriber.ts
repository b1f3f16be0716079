/*
 * Some of the subscribers, in a process of their own: `subscriber.ts CONNECTION-STRING STREAM SUBSCRIBERS EVENTS`. Prints a line when it follows, and one
 * with when the last of them had each event.
 */
import { connect } from './figures.ts';
import { follow } from './lag.ts';

const [connection = '', stream = '', subscribers = '', events = ''] = process.argv.slice(2);
const arrivals = await follow(connect(connection), stream, Number(subscribers));
process.stdout.write('following\n');
const last = await arrivals(0, Number(events));
process.stdout.write(`${JSON.stringify(last)}\n`, () => process.exit(0));
