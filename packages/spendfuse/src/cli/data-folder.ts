// The data folder that commands on it work with: that of `spendfuse up`, unless another one is named.
import { SpendfuseError } from '@spendfuse/core';
import { readSettings } from '@spendfuse/sidecar/settings';

/** @throws SpendfuseError `CONFIG` where nothing is kept. */
export function dataFolderOf(flag: string | undefined): string {
  const { dataFolder } = readSettings({ env: process.env, flags: { dataFolder: flag } });
  if (dataFolder !== undefined) return dataFolder;
  const message = 'the data folder is `memory`, which keeps nothing; name one with --data';
  throw new SpendfuseError({ code: 'CONFIG', message });
}
