const STYLES = 6;
const STYLE_OF = engineStyles();

/** A colour and shape per engine, the same in every view: the most frequent first, the rest share the last. */
function engineStyles() {
  const counts = new Map();
  for (const row of ROWS) counts.set(row.facets.engine, (counts.get(row.facets.engine) ?? 0) + 1);
  const engines = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([engine]) => engine);
  return new Map(engines.map((engine, index) => [engine, Math.min(index, STYLES - 1)]));
}

const SHAPES = [
  "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
  "M-4.5-4.5h9v9h-9z",
  "M0-6 5.5 4h-11z",
  "M0-6.2 6.2 0 0 6.2-6.2 0z",
  "M0 6 5.5-4h-11z",
  "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
];

/** A logarithmic axis: from a value to a place, and the values that deserve a line. */
function logAxis(values, from, to) {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const pad = Math.max((high - low) * 0.06, (0.75 - (high - low)) / 2);
  const [start, end] = [low - pad, high + pad];
  const place = (value) => from + ((Math.log10(value) - start) / (end - start)) * (to - from);
  const steps = end - start > 2.5 ? [1] : end - start > 1.2 ? [1, 3] : [1, 2, 5];
  const ticks = [];
  for (let power = Math.floor(start); power <= end; power += 1) ticks.push(...steps.map((step) => step * 10 ** power));
  return { place, ticks: ticks.filter((tick) => Math.log10(tick) >= start && Math.log10(tick) <= end) };
}
