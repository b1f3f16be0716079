import * as t from 'io-ts';
import { isIdentifier, isInterfaceName } from './names.ts';

/*
 * Whoever asks the agent: names become paths, keys and lines of files, and lead nowhere else. Apart from `names.ts`, because the plugin
 * judges names without io-ts, which it would have to load.
 */

export const Identifier = t.refinement(t.string, isIdentifier, 'Identifier');
export const InterfaceName = t.refinement(t.string, isInterfaceName, 'InterfaceName');
