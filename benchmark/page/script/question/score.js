/**
 * Relative scores: the best of the rows shown of a model and workload is 1.00, half as good is 2.00.
 *
 * What is doubtful is the measure of nothing, unless all of it is: better than the best, it is below 1.
 */

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
    for (const row of rows) if (this.value(row) !== null) this.take(row);
    for (const group of this.groups.values()) group.keys = this.keysOf(group);
  }

  take(row) {
    const base = { best: this.value(row), isSound: !isDoubtful(row) };
    if (!this.groups.has(row.group)) this.groups.set(row.group, { rows: [], ...base });
    const group = this.groups.get(row.group);
    group.rows.push(row);
    if (this.isBetterBase(row, group)) Object.assign(group, base);
  }

  isBetterBase(row, group) {
    if (isDoubtful(row) === group.isSound) return !isDoubtful(row);
    return (this.value(row) - group.best) * this.better > 0;
  }

  /** What rows are placed by, rising: by throughput their ranks, which results within noise share. */
  keysOf(group) {
    group.byRank = this.name === "throughput_tps" && group.rows.every((row) => row.rank !== null);
    return Float64Array.from(group.rows, (row) => this.keyOf(row, group)).sort();
  }

  keyOf(row, { byRank }) {
    return byRank ? row.rank : this.value(row) * -this.better;
  }

  /** What a row is scored by, null if it has no place. */
  value(row) {
    const value = metric(row, this.name);
    return isRanked(row) && value > 0 ? value : null;
  }

  /** Equals share a place, as in sports: 1, 2, 2, 4. */
  get(row) {
    const [value, group] = [this.value(row), this.groups.get(row.group)];
    if (value === null || !group) return null;
    const ratio = this.better > 0 ? group.best / value : value / group.best;
    const key = this.keyOf(row, group);
    const place = placeIn(group.keys, key);
    return { ratio, share: Math.min(1 / ratio, 1), rank: place + 1, isShared: group.keys[place + 1] === key };
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
