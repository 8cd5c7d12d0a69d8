/** A logarithmic axis: from a value to a place, and the values that deserve a line. */
function logAxis(values, from, to) {
  const [low, high] = extent(values).map(Math.log10);
  const pad = Math.max((high - low) * 0.07, (0.5 - (high - low)) / 2);
  const [start, end] = [low - pad, high + pad];
  const steps = end - start > 2.5 ? [1] : end - start > 1.2 ? [1, 3] : [1, 2, 5];
  const ticks = [];
  for (let power = Math.floor(start); power <= end; power += 1) ticks.push(...steps.map((step) => step * 10 ** power));
  const shownTicks = ticks.filter((tick) => Math.log10(tick) >= start && Math.log10(tick) <= end);
  if (shownTicks.length < 3) shownTicks.splice(0, shownTicks.length, ...evenTicks(10 ** start, 10 ** end));
  const place = (value) => from + ((Math.log10(value) - start) / (end - start)) * (to - from);
  return { place, ticks: thinned(shownTicks, 9), text: formatNumber };
}

/** Three to seven round values between two. */
function evenTicks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

const DAY = 86400000;

/** An axis of days. */
function timeAxis(values, from, to) {
  const [low, high] = extent(values);
  const pad = Math.max((high - low) * 0.05, DAY);
  const [start, end] = [low - pad, high + pad];
  const count = Math.max(2, Math.floor(Math.abs(to - from) / 96));
  const step = Math.max(1, Math.ceil((end - start) / DAY / count)) * DAY;
  const ticks = [];
  for (let tick = Math.ceil(start / DAY) * DAY; tick <= end; tick += step) ticks.push(tick);
  return { place: (value) => from + ((value - start) / (end - start)) * (to - from), ticks, text: day };
}

function extent(values) {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

function thinned(ticks, most) {
  const step = Math.ceil(ticks.length / most);
  return ticks.filter((_, index) => index % step === 0);
}
