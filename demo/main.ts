import { nodesAsked } from './nodes-asked.ts';
import { oneNode } from './one/story.ts';
import { play } from './play.ts';
import { severalNodes } from './several/story.ts';

const nodes = nodesAsked(process.argv);
process.exit(
  await play((removal) => (nodes === undefined ? oneNode(removal) : severalNodes(removal, nodes))),
);
