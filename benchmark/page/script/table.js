const CHUNK = 60;
const rowNodes = new Map();
let pendingChunk = 0;

/** Build the empty table and its sort buttons, in the language of the moment. */
function buildTable() {
  rowNodes.clear();
  const heads = COLUMNS.map((column) =>
    h(
      "th",
      { role: "columnheader", scope: "col", "data-column": column.name, class: column.numeric ? "number" : "" },
      h(
        "button",
        { type: "button", onclick: () => sortBy(column) },
        h("span", {}, t(column.name)),
        h("small", {}, column.unit || "\u00a0"),
      ),
    ),
  );
  const pick = h("th", { role: "columnheader", scope: "col" }, h("span", { class: "hidden" }, t("compare")));
  byId("table").replaceChildren(
    h(
      "table",
      { role: "table" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, pick, heads)),
      h("tbody", { role: "rowgroup", onclick: openClicked, onchange: pickChanged }),
    ),
  );
  byId("sort").replaceChildren(
    ...COLUMNS.flatMap((column) => [
      h("option", { value: `-${column.name}` }, `${t(column.name)}: ${t("descending")}`),
      h("option", { value: column.name }, `${t(column.name)}: ${t("ascending")}`),
    ]),
  );
}

/** Sort by a column: its better end first, the other way round when it is sorted so already. */
function sortBy({ name, best }) {
  const again = state.sort.name === name;
  update({ sort: { name, descending: again ? !state.sort.descending : best > 0 } });
}

function openClicked(event) {
  const node = event.target.closest("tr");
  if (node && !event.target.closest(".pick") && String(getSelection()) === "") update({ show: node.dataset.id });
}

function pickChanged(event) {
  const { id } = event.target.closest("tr").dataset;
  update({ picked: event.target.checked ? [...state.picked, id] : state.picked.filter((other) => other !== id) });
}

function rowNode(row) {
  if (!rowNodes.has(row.id)) rowNodes.set(row.id, buildRow(row));
  return rowNodes.get(row.id);
}

function buildRow(row) {
  const pick = h("input", { type: "checkbox", "aria-label": t("pick", row.label) });
  const [head, ...others] = COLUMNS;
  const name = h(
    "button",
    { type: "button", class: "name", "aria-label": `${row.label}, ${t("details")}`, title: row.label },
    head.text(row),
  );
  const badge = isRanked(row) ? null : h("span", { class: "badge", title: row.not_ranked.join("; ") }, t("notRanked"));
  const node = h(
    "tr",
    { role: "row", "data-id": row.id },
    h("td", { role: "cell", class: "pick" }, h("label", {}, pick)),
    h("th", { role: "rowheader", scope: "row" }, name, badge),
    others.map((column) => buildCell(row, column)),
  );
  markPick(row.id, node);
  return node;
}

function buildCell(row, column) {
  const text = column.text(row);
  const unit = column.unit && text !== MISSING ? h("small", { class: "narrow" }, ` ${column.unit}`) : null;
  const kinds = [column.numeric ? "number" : "", column.best !== 0 ? "measure" : "", text === MISSING ? "missing" : ""];
  return h(
    "td",
    { role: "cell", class: kinds.filter(Boolean).join(" "), "data-column": column.name, "data-name": t(column.name) },
    h("span", {}, text, unit),
  );
}

/** Show rows: the first chunk at once, the rest a chunk per frame, so that typing stays smooth. */
function drawTable(rows) {
  cancelAnimationFrame(pendingChunk);
  drawSort();
  const body = byId("table").querySelector("tbody");
  body.replaceChildren(...rows.slice(0, CHUNK).map(rowNode));
  const addFrom = (start) => {
    if (start >= rows.length) return;
    pendingChunk = requestAnimationFrame(() => {
      body.append(...rows.slice(start, start + CHUNK).map(rowNode));
      addFrom(start + CHUNK);
    });
  };
  addFrom(CHUNK);
  drawEmpty(rows);
}

function drawSort() {
  const { name, descending } = state.sort;
  for (const head of byId("table").querySelectorAll("th[data-column]")) {
    if (head.dataset.column === name) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  byId("sort").value = writeSort(state.sort);
}

function drawEmpty(rows) {
  const total = rowsOfTab(state).length;
  byId("table").hidden = rows.length === 0;
  byId("empty").hidden = rows.length > 0;
  byId("count").textContent = t("count", rows.length, total);
  const words = total === 0 ? [t("noResults"), t("noResultsHint")] : [t("noMatch")];
  const clear = total === 0 ? null : h("button", { type: "button", onclick: clearFilters }, t("clear"));
  byId("empty").replaceChildren(
    h(
      "div",
      {},
      words.map((text) => h("p", {}, text)),
      clear,
    ),
  );
}

/** Mark the chosen rows; with two chosen, the other boxes wait until one is free. */
function drawPicks() {
  for (const [id, node] of rowNodes) markPick(id, node);
}

function markPick(id, node) {
  const box = node.querySelector("input");
  box.checked = state.picked.includes(id);
  box.disabled = state.picked.length === 2 && !box.checked;
  box.title = box.disabled ? t("pickFull") : "";
  node.classList.toggle("picked", box.checked);
}
