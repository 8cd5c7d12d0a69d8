/** Curves: results of one hardware, engine and precision, along the requests at a time. */
const COLOURS = 8;
const MARKS = [
  "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
  "M-4-4h8v8h-8z",
  "M0-5.5 5 3.7H-5z",
  "M0-5.6 5.6 0 0 5.6-5.6 0z",
  "M0 5.5 5-3.7H-5z",
  "M-1.7-5.2h3.4v3.5h3.5v3.4H1.7v3.5h-3.4V1.7h-3.5v-3.4h3.5z",
  "M-5 2.5 0-5 5 2.5 2.8 5h-5.6z",
  "M-5-3.6-3.6-5 0-1.4 3.6-5 5-3.6 1.4 0 5 3.6 3.6 5 0 1.4-3.6 5-5 3.6-1.4 0z",
];
const MARK_PATHS = MARKS.map((path) => new Path2D(path));

/** Points that both axes can hold, by series; the series with the highest point first. */
function seriesOf(rows, x, y, keyOf = (row) => row.series) {
  const found = new Map();
  for (const row of rows) {
    const point = { row, x: x(row), y: y(row), c: numberOf(row, "concurrent_requests") ?? 1 };
    if (!(point.x > 0 && point.y > 0)) continue;
    if (!found.has(keyOf(row))) found.set(keyOf(row), { key: keyOf(row), row, points: [] });
    found.get(keyOf(row)).points.push(point);
  }
  const height = (one) => one.points.reduce((most, point) => Math.max(most, point.y), 0);
  const list = [...found.values()].map((one) => ({ ...one, height: height(one) }));
  return list.sort((a, b) => b.height - a.height || (a.key < b.key ? -1 : 1)).map(styled);
}

function styled(series, index) {
  return { ...series, style: Math.min(index, COLOURS), title: seriesTitle(series.row) };
}

function seriesTitle(row) {
  return joined(" · ", row.hardware, configured(row, "engine"), row.precision) ?? MISSING;
}

/** A curve has one point for each number of requests at a time: the best one. */
function alongConcurrency(series) {
  return series.map((one) => {
    const best = new Map();
    for (const point of one.points) if (!(best.get(point.c)?.y >= point.y)) best.set(point.c, point);
    return { ...one, points: [...best.values()].sort((a, b) => a.c - b.c) };
  });
}
