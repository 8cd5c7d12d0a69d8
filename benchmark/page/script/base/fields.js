const MISSING = "–";

/** Units by the word of a field's name that carries them. */
const UNITS = new Map(
  Object.entries({
    ms: "ms",
    tps: "tok/s",
    mb: "MB",
    gb: "GB",
    gbps: "Gb/s",
    gbs: "GB/s",
    bytes: "bytes",
    tokens: "tokens",
    length: "tokens",
    rate: "ratio",
  }),
);

function unitOf(name) {
  const words = name.split("_").reverse();
  return words.map((word) => UNITS.get(word)).find(Boolean) ?? "";
}

/** 1 where a higher value is better, -1 where a lower one is, 0 where neither is. */
function betterDirection(name) {
  if (/tps|hit_rate|accept_rate|interactivity/.test(name)) return 1;
  return /_ms|error_rate|_mem_/.test(name) ? -1 : 0;
}

function isMissing(value) {
  return value === null || value === undefined || (typeof value === "string" && /^\s*(none|null)?\s*$/i.test(value));
}

const folded = new Map();

/** A value as facets and comparisons take it: without regard to case and blanks. */
function fold(value) {
  if (typeof value !== "string") return value;
  if (!folded.has(value)) folded.set(value, value.trim().replace(/\s+/g, " ").toLowerCase().normalize("NFC"));
  return folded.get(value);
}

/** The value at a path of keys, null where any step is absent. */
function at(value, path) {
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return null;
    value = value[key];
  }
  return isMissing(value) ? null : value;
}

/** Every leaf of a JSON value with its path; lists and empty objects are leaves. */
function leaves(value, path = []) {
  const isLeaf = value === null || typeof value !== "object" || Array.isArray(value);
  if (isLeaf || (path.length > 0 && Object.keys(value).length === 0)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

const DIGITS = [0, 1, 2, 3].map(
  (digits) => new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);
const PRECISE = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const GREAT = new Intl.NumberFormat("en", { notation: "scientific", maximumFractionDigits: 2 });

/** A number as people read it: whole from a thousand up, else four significant digits. */
function formatNumber(value) {
  const size = Math.abs(value);
  if (size >= 1e12) return GREAT.format(value);
  return (size >= 1000 ? DIGITS[0] : PRECISE).format(value);
}

/** A measure in a column: as many digits as let columns of numbers be read at a glance. */
function formatMeasure(value) {
  const size = Math.abs(value);
  if (size >= 1e12) return GREAT.format(value);
  if (size >= 1000) return DIGITS[0].format(value);
  if (size >= 100) return DIGITS[1].format(value);
  return size >= 0.1 || size === 0 ? DIGITS[2].format(value) : PRECISE.format(value);
}

/** Any value as people read it; a missing one is a dash, never 0 and never a word. */
function shown(value) {
  if (isMissing(value)) return MISSING;
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function joined(separator, ...parts) {
  const kept = parts.filter((part) => !isMissing(part));
  return kept.map(shown).join(separator) || null;
}

/** The instant of an ISO time, which is UTC where it names no zone; null if it is no time. */
function instant(text) {
  if (typeof text !== "string") return null;
  const iso = text.trim().replace(" ", "T");
  const value = Date.parse(/T[\d:.]+$/.test(iso) ? `${iso}Z` : iso);
  return Number.isNaN(value) ? null : value;
}

/** The UTC day of an instant. */
function day(value) {
  return value === null ? null : new Date(value).toISOString().slice(0, 10);
}
