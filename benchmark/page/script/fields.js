const MISSING = "–";

/** Units by the word of a field's name that carries them. */
const UNITS = new Map(
  Object.entries({
    ms: "ms",
    tps: "tok/s",
    mb: "MB",
    gb: "GB",
    gbps: "Gb/s",
    bytes: "bytes",
    tokens: "tokens",
    length: "tokens",
    rate: "ratio",
  }),
);

function unitOf(name) {
  return (
    name
      .split("_")
      .reverse()
      .map((word) => UNITS.get(word))
      .find(Boolean) ?? ""
  );
}

/** 1 where a higher value is better, -1 where a lower one is, 0 where neither is. */
function betterDirection(name) {
  if (/_tps|hit_rate|accept_rate/.test(name)) return 1;
  return /_ms|error_rate|_mem_/.test(name) ? -1 : 0;
}

function isMissing(value) {
  return value === null || value === undefined || (typeof value === "string" && /^\s*(none|null)?\s*$/i.test(value));
}

function fold(value) {
  return typeof value === "string" ? value.trim().replace(/\s+/g, " ").toLowerCase() : value;
}

/** The value at a path of keys, null where any step is absent. */
function at(value, path) {
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return null;
    value = value[key];
  }
  return isMissing(value) ? null : value;
}

/** One part of the configuration as it was submitted, null if it is missing. */
function configured(row, name) {
  return isMissing(row.configuration[name]) ? null : row.configuration[name];
}

function metric(row, name) {
  const value = at(row.entry, ["metrics", name]);
  return typeof value === "number" ? value : null;
}

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const PRECISE = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

/** The names of all metrics of some rows: those of the table first, then by name. */
function metricNames(rows) {
  const names = new Set(rows.flatMap((row) => Object.keys(row.entry.metrics ?? {})));
  const first = COLUMNS.map((column) => column.name).filter((name) => names.has(name));
  return [...first, ...[...names].filter((name) => !first.includes(name)).sort()];
}

/** A number as people read it: whole from a thousand up, else four significant digits. */
function formatNumber(value) {
  return (Math.abs(value) >= 1000 ? WHOLE : PRECISE).format(value);
}

/** Any value as people read it; a missing one is a dash, never 0 and never a word. */
function shown(value) {
  if (isMissing(value)) return MISSING;
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Every leaf of a JSON value with its path. */
function leaves(value, path = []) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** The UTC day of an ISO time, which is UTC itself where it names no zone; null if it is no time. */
function day(text) {
  if (typeof text !== "string") return null;
  const iso = text.trim().replace(" ", "T");
  const instant = new Date(/T[\d:.]+$/.test(iso) ? `${iso}Z` : iso);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString().slice(0, 10);
}

function joined(separator, ...parts) {
  return (
    parts
      .filter((part) => !isMissing(part))
      .map(shown)
      .join(separator) || null
  );
}

function hardwareText(row) {
  const chips = configured(row, "chip_count");
  const nodes = configured(row, "node_count");
  const spread = nodes > 1 && chips % nodes === 0 ? `(${nodes} × ${chips / nodes})` : null;
  return joined(" ", configured(row, "chip_model"), chips > 1 ? `×${chips}` : null, spread);
}

function lengthsText(row) {
  const [input, output] = [configured(row, "input_length"), configured(row, "output_length")];
  return isMissing(input) && isMissing(output) ? null : `${shown(input)} → ${shown(output)}`;
}

function textColumn(name, text) {
  return { name, unit: "", best: 0, order: text, text: (row) => text(row) ?? MISSING };
}

function numberColumn(name, value, unit = unitOf(name), scale = 1) {
  const text = (row) => (value(row) === null ? MISSING : formatNumber(value(row) * scale));
  return { name, unit, best: betterDirection(name), numeric: true, order: value, text };
}

function configNumber(name) {
  return numberColumn(name, (row) => (typeof configured(row, name) === "number" ? configured(row, name) : null), "");
}

/** The table's columns in reading order; the first is the row's header. */
const COLUMNS = [
  textColumn("model", (row) => joined("", configured(row, "model"))),
  textColumn("engine", (row) => joined(" ", configured(row, "engine"), configured(row, "engine_version"))),
  textColumn("hardware", hardwareText),
  textColumn("precision", (row) => joined(" · ", configured(row, "precision"), configured(row, "quantization"))),
  textColumn("workload", (row) => joined("", configured(row, "workload"))),
  { ...textColumn("lengths", lengthsText), numeric: true },
  configNumber("batch_size"),
  configNumber("concurrent_requests"),
  ...["throughput_tps", "ttft_ms", "tpot_ms", "peak_mem_mb"].map((name) =>
    numberColumn(name, (row) => metric(row, name)),
  ),
  numberColumn("error_rate", (row) => metric(row, "error_rate"), "%", 100),
  { ...textColumn("submitted", (row) => day(at(row.entry, ["metadata", "submitted_at"]))), numeric: true },
];

/** What the table can be narrowed to, by the text of a column or of one part of the configuration. */
const FACETS = {
  engine: (row) => shown(configured(row, "engine")),
  hardware: (row) => hardwareText(row) ?? MISSING,
  model: (row) => shown(configured(row, "model")),
  precision: COLUMNS[3].text,
  workload: (row) => shown(configured(row, "workload")),
};
