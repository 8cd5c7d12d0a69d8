/** The distribution that tells how sure a measure is; throughput follows the requests' own speed. */
const SAMPLED = { ttft_ms: "ttft_ms", tpot_ms: "tpot_ms", throughput_tps: "request_tps", decode_tps: "tpot_ms" };

/** Half the width of a measure's 95 % interval, as a logarithm; null where the entry has none. */
function halfWidth(entry, name) {
  const path = ["metrics", "distributions", SAMPLED[name] ?? name];
  const [low, high] = [at(entry, [...path, "ci95_low"]), at(entry, [...path, "ci95_high"])];
  return low > 0 && high >= low ? Math.log(high / low) / 2 : null;
}

/**
 * The change from one entry to another in percent, with its 95 % interval where both have samples.
 *
 * Of two independent medians the logarithms' half-widths add as the squares do (delta method).
 */
function changeOf(name, before, after) {
  const [from, to] = [before, after].map((entry) => at(entry, ["metrics", name]));
  if (typeof from !== "number" || typeof to !== "number" || (from === 0 && to !== 0)) return null;
  if (from === to) return { percent: 0, low: null, high: null, isNoise: false };
  const [one, other] = [before, after].map((entry) => halfWidth(entry, name));
  const percent = (to / from - 1) * 100;
  if (one === null || other === null || !(to / from > 0)) return { percent, low: null, high: null, isNoise: false };
  const width = Math.hypot(one, other);
  const [low, high] = [-width, width].map((shift) => ((to / from) * Math.exp(shift) - 1) * 100);
  return { percent, low, high, isNoise: low <= 0 && high >= 0 };
}

function signedPercent(value) {
  const rounded = Math.round(Math.abs(value) * 10) / 10;
  return `${rounded === 0 ? "±" : value < 0 ? "−" : "+"}${formatNumber(rounded)} %`;
}
