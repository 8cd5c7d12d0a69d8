/** A column as `columns.py` writes it, as one value a row; undefined where a row has none. */
function valuesOf(column, count) {
  if ("all" in column) return new Array(count).fill(column.all);
  return column.each ?? column.at.map((place) => (place < 0 ? undefined : column.of[place]));
}

function valueAt(column, row) {
  if ("all" in column) return column.all;
  return column.each ? column.each[row] : column.of[column.at[row]];
}

/** The different values of a column, and for each row the place of its own. */
function distinctOf(column, count) {
  if ("all" in column) return { values: [column.all], placeOf: () => 0 };
  if (column.each) return { values: column.each, placeOf: (row) => row };
  return { values: column.of, placeOf: (row) => column.at[row], count };
}

/** The columns of entries that come whole: one a path. */
function columnsOf(entries) {
  const found = new Map();
  entries.forEach((entry, row) => {
    for (const [path, value] of leaves(entry)) {
      const key = JSON.stringify(path);
      if (!found.has(key)) found.set(key, { path, each: new Array(entries.length).fill(undefined) });
      found.get(key).each[row] = value;
    }
  });
  return [...found.values()];
}
