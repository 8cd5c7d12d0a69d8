/** Relative scores: the best of the rows shown of a model and workload is 1.00, half as good is 2.00. */

/** The measure that bars and scores are of: what the table is sorted by, if that is one. */
function scoredBy({ sort }) {
  const column = COLUMN_BY_NAME.get(sort.name);
  return column.measure && column.name !== "error_rate" ? column.name : "throughput_tps";
}

/** How a row stands among some rows: how many times the best is better, the bar's length, the place. */
class Scores {
  constructor(rows, name) {
    this.name = name;
    this.better = betterDirection(name);
    this.groups = new Map();
    for (const row of rows) {
      const value = this.value(row);
      if (value === null) continue;
      if (!this.groups.has(row.group)) this.groups.set(row.group, []);
      this.groups.get(row.group).push(value * -this.better);
    }
    for (const [group, values] of this.groups) this.groups.set(group, Float64Array.from(values).sort());
  }

  /** What a row is scored by, null if it has no place. */
  value(row) {
    const value = metric(row, this.name);
    return isRanked(row) && value > 0 ? value : null;
  }

  /** Equal values share a place, as in sports: 1, 2, 2, 4. */
  get(row) {
    const [value, values] = [this.value(row), this.groups.get(row.group)];
    if (value === null || !values) return null;
    const best = Math.abs(values[0]);
    const ratio = this.better > 0 ? best / value : value / best;
    return { ratio, share: 1 / ratio, rank: placeIn(values, value * -this.better) + 1 };
  }
}

/** How many of some rising values are below one of them. */
function placeIn(values, value) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ratioText(ratio) {
  if (ratio >= 1e6) return `×${GREAT.format(ratio)}`;
  return `×${DIGITS[ratio < 10 ? 2 : ratio < 100 ? 1 : 0].format(ratio)}`;
}
