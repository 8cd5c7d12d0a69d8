/** Relative scores: the best of the rows shown of a model and workload is 1.00, half as good is 2.00. */

/** The measure that bars and scores are of: what the table is sorted by, if that is one. */
function scoredBy({ sort }) {
  const column = COLUMN_BY_NAME.get(sort.name);
  return column.measure && column.name !== "error_rate" ? column.name : "throughput_tps";
}

/** Row → { ratio, share, rank }: how many times the best is better, the bar's length, the place. */
function scoresOf(rows, name) {
  const groups = new Map();
  for (const row of rows) {
    const value = metric(row, name);
    if (!isRanked(row) || !(value > 0)) continue;
    if (!groups.has(row.group)) groups.set(row.group, []);
    groups.get(row.group).push({ row, value });
  }
  const scores = new Map();
  for (const group of groups.values()) score(group, betterDirection(name), scores);
  return scores;
}

/** Equal values share a place, as in sports: 1, 2, 2, 4. */
function score(group, better, scores) {
  group.sort((a, b) => (b.value - a.value) * better);
  const best = group[0].value;
  let rank = 1;
  group.forEach(({ row, value }, index) => {
    if (index > 0 && value !== group[index - 1].value) rank = index + 1;
    const ratio = better > 0 ? best / value : value / best;
    scores.set(row, { ratio, share: 1 / ratio, rank });
  });
}

function ratioText(ratio) {
  if (ratio >= 1e6) return `×${GREAT.format(ratio)}`;
  return `×${DIGITS[ratio < 10 ? 2 : ratio < 100 ? 1 : 0].format(ratio)}`;
}
