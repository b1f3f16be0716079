/* Appends events at the rate: `publisher.ts CONNECTION-STRING STREAM EVENTS`. Prints when each was sent. */
import { connect } from './figures.ts';
import { publish } from './lag.ts';

const [connection = '', stream = '', events = ''] = process.argv.slice(2);
const sent = await publish(connect(connection), stream, 0, Number(events));
process.stdout.write(`${JSON.stringify(sent)}\n`, () => process.exit(0));
