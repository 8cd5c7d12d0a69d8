/** The cells of one row of the table. */
function rowNode(row, index, columns) {
  const standing = table.scores.get(row);
  return h(
    "tr",
    {
      "data-id": row.id,
      "aria-rowindex": index + 2,
      tabindex: index === table.focus ? 0 : -1,
      class: state.picked.includes(row.id) ? "picked" : "",
    },
    h("td", { class: "pick" }, pickBox(row)),
    h("td", { class: "rank number", "data-column": "rank" }, rankText(standing)),
    columns.map((column) => cellOf(row, column, standing)),
  );
}

/** Two results whose difference is noise share a place. */
function rankText(standing) {
  if (!standing) return MISSING;
  return `${standing.rank}${standing.isShared ? "=" : ""}`;
}

function pickBox(row) {
  const box = h("input", { type: "checkbox", tabindex: -1, "aria-label": t("pick", row.label) });
  return markPick(h("label", {}, box), row);
}

/** With four chosen, the other boxes wait until one is free. */
function markPick(label, row) {
  const [box] = label.children;
  box.checked = state.picked.includes(row.id);
  box.disabled = state.picked.length >= MOST_PICKED && !box.checked;
  label.title = t(box.disabled ? "pickFull" : "compare");
  return label;
}

function cellOf(row, column, standing) {
  const text = column.text(row);
  const hasBar = column.name === table.scored && (state.view === "ranking" || isPhone());
  const kinds = [
    column.numeric ? "number" : "text",
    column.measure ? "measure" : "",
    hasBar ? "scored" : "",
    text === MISSING ? "missing" : "",
  ];
  const value = h("span", { class: "value" }, text);
  const content = hasBar ? barOf(column, text, standing) : [value];
  const isFirst = column === table.columns[0];
  return h(
    "td",
    { class: kinds.filter(Boolean).join(" "), "data-column": column.name },
    isFirst ? h("div", { class: "named" }, content, h("span", { class: "badges" }, badgesOf(row))) : content,
    column.name === "engine" && isPhone() ? h("span", { class: "phone" }, phoneWords(row)) : null,
  );
}

/** What a card on a phone has no room to give a line of its own. */
function phoneWords(row) {
  const [wait, requests] = [metric(row, "ttft_ms"), configured(row, "concurrent_requests")];
  const last = wait === null ? null : `TTFT ${formatMeasure(wait)} ms`;
  const words = [
    state.model === ALL ? modelText(row) : null,
    row.precision,
    requests === null ? null : `c=${shown(requests)}`,
    state.view === "history" ? day(row.instant) : last,
  ];
  return words
    .filter(Boolean)
    .map((text) => ` · ${text}`)
    .join("");
}

/** Text that may be cut short is whole on pointing, and so is a figure. */
function titleCell(event) {
  const cell = event.target.closest("td[data-column]");
  const column = COLUMN_BY_NAME.get(cell?.dataset.column);
  if (!column || cell.title) return;
  const row = table.rows.rows[cell.parentNode.ariaRowIndex - 2];
  const value = column.measure ? column.order(row) : null;
  cell.title = value === null ? column.text(row) : `${value} ${column.unit}`;
}

/** A bar as long as the result is good, and how many times the best is better. */
function barOf(column, text, standing) {
  const bar = h("i", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", standing ? standing.share : 0);
  const ratio = standing ? ratioText(standing.ratio) : "";
  return [bar, h("span", { class: "value", "data-unit": column.unit }, text), h("small", { class: "ratio" }, ratio)];
}
