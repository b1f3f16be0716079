import type { Setting } from './node-network.ts';

/** A setting to be written; `now` is `undefined` where the kernel has none of this name. */
export type SettingChange = Setting & { readonly now: string | undefined };

/** The settings that are otherwise than pods need; `actual` by their paths. */
export const settingChanges = (
  desired: ReadonlyArray<Setting>,
  actual: ReadonlyMap<string, string | undefined>,
): ReadonlyArray<SettingChange> =>
  desired.flatMap((setting) => {
    const now = actual.get(setting.path);
    return now === setting.value ? [] : [{ ...setting, now }];
  });
