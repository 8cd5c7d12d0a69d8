/** The table of results: a grid of which only the rows in sight are nodes. */
const MOST_PICKED = 4;
const table = { columns: [], scores: null, scored: "", rows: null, focus: 0 };

/** Build the head, in the language of the moment, for the columns of the moment. */
function buildTable() {
  table.columns = columnsShown(state, roomForTable());
  const widths = [34, BESIDE_COLUMNS - 34, ...table.columns.map((column) => widthOf(column, state))];
  const cols = widths.map((width, index) => {
    const col = h("col");
    if (table.columns[index - 2]?.name !== "hardware") col.style.width = `${width}px`;
    return col;
  });
  const body = h("tbody", {
    onpointerover: titleCell,
    onclick: rowClicked,
    onchange: pickChanged,
    onkeydown: rowKey,
    onfocusin: rowFocused,
  });
  const node = h(
    "table",
    { role: "grid", "aria-label": t("results"), "aria-describedby": "count" },
    h("colgroup", {}, cols),
    h("thead", { onkeydown: headKey }, h("tr", { "aria-rowindex": 1 }, headsOf(table.columns))),
    body,
  );
  node.style.minWidth = `${widths.reduce((sum, width) => sum + width, 0)}px`;
  byId("table").replaceChildren(node);
  table.rows = new VirtualRows(body, (row, index) => rowNode(row, index, table.columns));
  table.rows.onDraw = keepReachable;
}

function headsOf(columns) {
  const pick = h("th", { scope: "col", class: "pick" }, h("span", { class: "hidden" }, t("compare")));
  const rank = h("th", { scope: "col", class: "number", "data-column": "rank" }, h("span", { class: "plain" }, "#", h("small", {}, "\u00a0")));
  return [pick, rank, ...columns.map(headOf)];
}

function headOf(column) {
  const title = [h("span", {}, t(column.head ?? column.name)), h("small", {}, column.unit || "\u00a0")];
  return h(
    "th",
    { scope: "col", "data-column": column.name, class: column.numeric ? "number" : "text", title: t(column.name) },
    h("button", { type: "button", tabindex: -1, onclick: () => sortBy(column) }, title),
  );
}

/** Sort by a column: its better end first, the other way round when it is sorted so already. */
function sortBy({ name, best }) {
  const again = state.sort.name === name;
  update({ sort: { name, descending: again ? !state.sort.descending : best > 0 || name === "submitted" } });
}

/** Show rows from the top. */
function drawTable(rows, matching) {
  table.scored = scoredBy(state);
  table.scores = new Scores(rows, table.scored);
  table.focus = 0;
  drawSort();
  const grid = byId("table").querySelector("table");
  grid.setAttribute("aria-rowcount", rows.length + 1);
  table.rows.show(rows);
  drawEmpty(rows, matching);
  fitTable();
}

/** More columns than there is room for scroll in a box of their own, under a head that stays. */
function fitTable() {
  const box = byId("table");
  const node = box.querySelector("table");
  box.classList.toggle("boxed", node && Number.parseFloat(node.style.minWidth) > box.clientWidth + 1 && !isPhone());
  table.rows.measure();
  table.rows.draw();
}

function drawSort() {
  const { name, descending } = state.sort;
  for (const head of byId("table").querySelectorAll("th[data-column]")) {
    head.classList.toggle("scored", head.dataset.column === table.scored);
    if (head.dataset.column === name) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  byId("sort").value = writeSort(state.sort);
}

function rowClicked(event) {
  const node = event.target.closest("tr[data-id]");
  if (node && !event.target.closest(".pick") && String(getSelection()) === "") openRow(node.dataset.id);
}

function openRow(id) {
  update({ show: id }, { remember: true });
}

function pickChanged(event) {
  togglePick(event.target.closest("tr").dataset.id);
}

function togglePick(id) {
  if (state.picked.includes(id)) update({ picked: state.picked.filter((other) => other !== id) });
  else if (state.picked.length < MOST_PICKED) update({ picked: [...state.picked, id] });
}

/** Mark the chosen rows. */
function drawPicks() {
  for (const [index, node] of table.rows.nodes) {
    const row = table.rows.rows[index];
    node.classList.toggle("picked", state.picked.includes(row.id));
    markPick(node.querySelector(".pick label"), row);
  }
}
