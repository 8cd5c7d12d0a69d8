/** The columns that rows are made of, one array each. */
const MEASURES = ["throughput_tps", "ttft_ms", "tpot_ms", "peak_mem_mb", "error_rate"];
const ORIGINS = ["submitted_at", "submitter", "data_source"];
const SWEPT = new Set(["concurrent_requests", "batch_size"]);

function tableColumns(source) {
  const { count } = source;
  const byName = (entries) => Object.fromEntries(entries);
  const facts = byName(Object.entries(source.facts).map(([name, column]) => [name, valuesOf(column, count)]));
  const parts = byName(PAGE.key_paths.map(([name, path]) => [name, facts[name] ?? source.values(path)]));
  return {
    facts,
    parts,
    groups: groupColumns(parts, count),
    metrics: byName(MEASURES.map((name) => [name, source.values(["metrics", name])])),
    ...byName(ORIGINS.map((name) => [name, source.values(["metadata", name])])),
    keys: onceOnly(() => numbered(parts, count, new Set())),
    sweeps: onceOnly(() => numbered(parts, count, SWEPT)),
  };
}

function onceOnly(work) {
  let value = null;
  return () => {
    value ??= work();
    return value;
  };
}

/** Model and workload as they are compared; a workload is its name and how many tokens go in and out. */
function groupColumns({ model, workload, input_length, output_length }, count) {
  const said = (value) => (isMissing(value) ? MISSING : value);
  const models = Array.from({ length: count }, (_, row) => fold(shown(model[row])));
  const works = Array.from(
    { length: count },
    (_, row) => `${fold(shown(workload[row]))}/${said(input_length[row])}/${said(output_length[row])}`,
  );
  return { models, works };
}

/** A number for each row, equal for two iff all parts are, but for those left out. */
function numbered(parts, count, except) {
  let numbers = new Float64Array(count);
  for (const [name, values] of Object.entries(parts)) {
    if (except.has(name)) continue;
    const codes = codesOf(values);
    if (codes.size > 1) numbers = combined(numbers, codes);
  }
  return numbers;
}

function codesOf(values) {
  const places = new Map();
  const codes = values.map((value) => {
    const spelling = isMissing(value) ? null : keyPart(value);
    if (!places.has(spelling)) places.set(spelling, places.size);
    return places.get(spelling);
  });
  return { codes, size: places.size };
}

function combined(numbers, { codes, size }) {
  const places = new Map();
  return numbers.map((number, row) => {
    const both = number * size + codes[row];
    if (!places.has(both)) places.set(both, places.size);
    return places.get(both);
  });
}

/** Text is folded, 1.0 is 1, and text of digits is no number. */
function keyPart(value) {
  return typeof value === "string" ? `"${fold(value)}` : spelled(value);
}

/** The same as text, of a configuration that is no row yet. */
function keyOf(configuration) {
  return PAGE.key_paths
    .map(([name]) => configuration[name])
    .map((value) => (isMissing(value) ? "" : keyPart(value)))
    .join("\n");
}
