export interface Setting {
  readonly model: string;
  /** llnet expressions by path. */
  readonly set: Readonly<Record<string, string>>;
}

/** Numbers of the settings that probably have one structure: they differ only in what the trainer reads. */
export type SettingGroup = readonly number[];

/** In the order of their first settings. */
export function groupSettings(settings: readonly Setting[]): readonly SettingGroup[] {
  const groups = new Map<string, number[]>();
  for (const [index, setting] of settings.entries()) {
    const key = structureKey(setting);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return [...groups.values()];
}

/** What only the trainer and the data pipeline read. */
const readByTrainer = /^train\.(rate|epochs|batch|augment|validation|seed|data)(\.|$)/;

function structureKey({ model, set }: Setting): string {
  return JSON.stringify([model, Object.entries(set).filter(([path]) => !readByTrainer.test(path))]);
}
