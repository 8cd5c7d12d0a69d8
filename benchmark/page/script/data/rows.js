/** The rows of the page and what is known of each; nothing here touches the document. */
const MEASURES = ["throughput_tps", "ttft_ms", "tpot_ms", "peak_mem_mb", "error_rate"];

let ROWS = [];
let ROW_BY_ID = new Map();
let SOURCE = null;

/** Make these the rows of the page. */
function takeRows(source) {
  SOURCE = source;
  ROWS = rowsOf(source);
  ROW_BY_ID = new Map(ROWS.map((row) => [row.id, row]));
  forgetSearches();
  forgetFacets();
}

function rowsOf(source) {
  const facts = Object.entries(source.facts).map(([name, column]) => [name, valuesOf(column, source.count)]);
  const parts = PAGE.key_paths.map(([name, path]) => [
    name,
    source.facts[name] ? valuesOf(source.facts[name], source.count) : source.values(path),
  ]);
  const metrics = MEASURES.map((name) => [name, source.values(["metrics", name])]);
  const origins = ["submitted_at", "submitter", "data_source"].map((name) => source.values(["metadata", name]));
  return Array.from({ length: source.count }, (_, index) => {
    const row = { index, configuration: {}, metrics: {} };
    for (const [name, values] of facts) row[name] = values[index];
    for (const [name, values] of parts) row.configuration[name] = isMissing(values[index]) ? null : values[index];
    for (const [name, values] of metrics) row.metrics[name] = typeof values[index] === "number" ? values[index] : null;
    return finished(row, ...origins.map((values) => values[index]));
  });
}

/** Add what follows from the rest. */
function finished(row, submitted, submitter, origin) {
  const { model, workload, input_length: input, output_length: output, engine } = row.configuration;
  row.id = row.run_id.slice(0, 12);
  row.instant = instant(submitted);
  row.submitter = isMissing(submitter) ? null : shown(submitter);
  row.isExample = origin === PAGE.example_source;
  row.fate = fateOf(row);
  row.hardware = hardwareText(row);
  row.precision = joined(" · ", row.configuration.precision, row.configuration.quantization);
  row.model = fold(shown(model));
  row.work = [fold(shown(workload)), input, output].map((part) => part ?? MISSING).join("/");
  row.group = `${row.model}\n${row.work}`;
  row.sweep = keyOf(row.configuration, SWEPT);
  row.key = keyOf(row.configuration);
  row.series = [row.hardware, engine, row.precision].map((part) => fold(shown(part))).join("\n");
  return row;
}

const SWEPT = new Set(["concurrent_requests", "batch_size"]);

/** The config key: equal for two runs iff they measured the same; without `except`, the same sweep. */
function keyOf(configuration, except = new Set()) {
  const parts = PAGE.key_paths.filter(([name]) => !except.has(name)).map(([name]) => fold(configuration[name]));
  return parts.map((part) => (isMissing(part) ? "" : spelled(part))).join("\n");
}

/** What became of a run: only the best of a configuration is ranked, and not every one may be. */
function fateOf(row) {
  if (row.is_retracted) return "retracted";
  if (row.not_ranked.length > 0) return "notRanked";
  return row.superseded_by ? "superseded" : "best";
}

function isRanked(row) {
  return row.fate === "best";
}

/** One part of the configuration as it was submitted, null if it is missing. */
function configured(row, name) {
  return row.configuration[name];
}

function numberOf(row, name) {
  return typeof row.configuration[name] === "number" ? row.configuration[name] : null;
}

/** Chips of all nodes; a result that does not say ran on one. */
function chipsOf(row) {
  return Math.max(numberOf(row, "chip_count") ?? 1, 1);
}

function nodesOf(row) {
  return Math.max(numberOf(row, "node_count") ?? 1, 1);
}

/** The scale a result is of: one chip, several, or several machines. */
function scaleOf(row) {
  if (row.board === "multi") return "nodes";
  return chipsOf(row) > 1 ? "chips" : "single";
}

/** A measure by its name, null where there is none; two of them follow from others. */
function metric(row, name) {
  if (name === "tps_per_chip") return divided(row.metrics.throughput_tps, chipsOf(row));
  if (name === "interactivity") return divided(1000, row.metrics.tpot_ms);
  return row.metrics[name] ?? null;
}

function divided(value, by) {
  return value === null || !(by > 0) ? null : value / by;
}

function hardwareText(row) {
  const [chips, nodes] = [configured(row, "chip_count"), configured(row, "node_count")];
  const spread = nodes > 1 && chips % nodes === 0 ? `(${nodes} × ${chips / nodes})` : null;
  return joined(" ", configured(row, "chip_model"), chips > 1 ? `×${chips}` : null, spread);
}

function lengthsText(row) {
  const [input, output] = [configured(row, "input_length"), configured(row, "output_length")];
  return isMissing(input) && isMissing(output) ? null : `${shown(input)} → ${shown(output)}`;
}

function engineText(row) {
  return joined(" ", configured(row, "engine"), configured(row, "engine_version"));
}
