/** How wide columns of text are: as their words need; what is left goes to the hardware's name. */
const LOOKED_AT = 400;
const PADDING = 22;
const widths = new Map();

/** Measure the texts of the first rows and the heads, in the fonts of the style; filters change no width. */
function measureWidths(rows) {
  const pen = document.createElement("canvas").getContext("2d");
  const { fontFamily: family, letterSpacing, wordSpacing } = getComputedStyle(document.body);
  Object.assign(pen, { letterSpacing, wordSpacing });
  const widest = (texts) => Math.max(0, ...[...new Set(texts)].map((text) => pen.measureText(text).width));
  for (const column of COLUMNS) {
    pen.font = `600 12.4px ${family}`;
    const head = widest([`${t(column.head ?? column.name)} ↓`]);
    if (column.measure) {
      widths.set(column.name, Math.max(column.width, Math.ceil(head) + PADDING));
      continue;
    }
    pen.font = `${column.name === "hardware" ? 600 : 400} 14px ${family}`;
    const words = widest(rows.slice(0, LOOKED_AT).map(column.text));
    const most = column.grows ? column.width - PADDING : 190;
    widths.set(column.name, Math.ceil(Math.min(Math.max(head, words), most)) + PADDING);
  }
}

/** A column with bars needs room for them. */
function widthOf(column, { view }) {
  const width = widths.get(column.name) ?? column.width;
  return column.name === scoredBy(state) && view === "ranking" ? Math.max(width, BAR_COLUMN) : width;
}
