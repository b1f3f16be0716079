import { either as E } from 'fp-ts';
import { newestVersion, supportedVersions } from '../../domain/cni/version.ts';
import type { Capabilities, Outcome } from './capabilities.ts';
import { printed } from './outcome.ts';

/** `{"cniVersion": "1.1.0"}` is all that a runtime sends. */
const longestInput = 4096;

/** Who asks by hand leaves stdin open, as people do with plugins that never read it. */
const patienceMs = 100;

const versionIn = (text: string): string | undefined =>
  /^\s*\{[^{}]*"cniVersion"\s*:\s*"(\d+\.\d+\.\d+)"/.exec(text)?.[1];

/** VERSION: the version that the runtime spoke, or the newest when it spoke none, and those that we speak (CNI spec 1.1.0, section 5). */
export const tellVersions = async ({ readInput, timer }: Capabilities): Promise<Outcome> => {
  const input = await Promise.race([readInput(longestInput), timer.sleep(patienceMs)]);
  const asked = input !== undefined && E.isRight(input) ? versionIn(input.right) : undefined;
  return printed({ cniVersion: asked ?? newestVersion, supportedVersions });
};
