const NOTES_WITH_WORKLOAD = /^Benchmark run: (\S+)$/;

/** What the config key is made of, as `config_key.py` finds it: the first format says some of it elsewhere. */
function configurationOf(entry) {
  const values = Object.fromEntries(PAGE.key_paths.map(([name, path]) => [name, at(entry, path)]));
  if (values.engine === null) {
    values.engine = "sagellm";
    values.engine_version = at(entry, ["sagellm_version"]);
  }
  values.workload ??= NOTES_WITH_WORKLOAD.exec(String(at(entry, ["metadata", "notes"])))?.[1] ?? null;
  return values;
}
