let state = null;
let generation = 0;
const drawn = new Map();

/**
 * Change the state, remember it in the address, and draw what follows from it.
 *
 * With `remember` the way back leads here: from a result to the list, from a model to the one before, to another view
 * and to what was filtered then.
 */
function update(changes, { remember = false } = {}) {
  state = { ...state, ...changes };
  const hash = writeState(state);
  const address = hash ? `#${hash}` : location.pathname + location.search;
  if (remember && hash !== location.hash.slice(1)) history.pushState({ opened: state.show !== "" }, "", address);
  else history.replaceState(history.state, "", address);
  draw();
}

/** The parts of the state that decide which rows there are, as text. */
function questionKey() {
  const { view, model, work, query, from, to, unranked, sort, each } = state;
  const facets = Object.entries(state.facets).map(([name, chosen]) => [name, ...chosen]);
  return JSON.stringify([generation, view, model, work, query, facets, from, to, unranked, sort, each]);
}

/** Draw what has changed: an untouched part keeps its nodes, and with them the focus and the scroll. */
function draw() {
  const { lang, show, picked, view, model, work, across, up } = state;
  const key = questionKey();
  const rows = whenChanged("rows", [key], () => visibleRows(state));
  whenChanged("language", [lang, generation], drawLanguage);
  whenChanged("question", [lang, model, work, generation], drawQuestion);
  whenChanged("views", [lang, view], drawViews);
  whenChanged("filters", [lang, key], () => drawFilters(rows));
  const { letterSpacing, wordSpacing } = getComputedStyle(document.body);
  const shaping = [lang, generation, view, model, work, letterSpacing, wordSpacing];
  whenChanged("widths", shaping, () => measureWidths(rowsInQuestion(state)));
  byId("plot").hidden = !hasFigure(rows);
  document.body.classList.toggle("beside", hasFigure(rows) && view !== "curves");
  const shape = columnsShown(state, roomForTable()).map((column) => [column.name, widthOf(column, state)]);
  whenChanged("columns", [lang, shape, isPhone(), generation], buildTable);
  whenChanged("table", [lang, key, shape, isPhone()], () => drawTable(rowsOfTable(rows, state), rows));
  whenChanged("picks", [lang, picked], drawPicks);
  whenChanged("tray", [lang, picked, generation], drawTray);
  whenChanged("plot", [lang, key, across, up, byId("plot").clientWidth, isDark()], () => drawFigure(rows));
  whenChanged("dialog", [lang, show, show === "compare" ? picked : [], generation], drawDialog);
}

const results = new Map();

function whenChanged(part, facts, action) {
  const key = JSON.stringify(facts);
  if (drawn.get(part) !== key) {
    drawn.set(part, key);
    results.set(part, action());
  }
  return results.get(part);
}

function drawLanguage() {
  speak(state.lang);
  byId("lang").lang = state.lang === "zh" ? "en" : "zh-CN";
  useTheme(keptTheme());
  buildQuestion();
  buildFilters();
  buildSorter();
  drawSource();
  for (const part of ["question", "views", "filters"]) drawn.delete(part);
}

/** Which of the views is open, as tabs. */
function drawViews() {
  const tabs = VIEWS.map((view) => {
    const isOpen = view === state.view;
    return button(t(view), () => turnTo(view), {
      role: "tab",
      id: `view-${view}`,
      "aria-selected": String(isOpen),
      "aria-controls": "panel",
      tabindex: isOpen ? 0 : -1,
    });
  });
  const focused = byId("views").contains(document.activeElement);
  byId("views").replaceChildren(...tabs);
  byId("panel").setAttribute("aria-labelledby", `view-${state.view}`);
  document.body.dataset.view = state.view;
  byId("matched").hidden = state.view !== "matched";
  drawGraves();
  if (focused) byId(`view-${state.view}`).focus();
}

function turnTo(view) {
  update({ view, sort: sortFor(view) }, { remember: true });
}

/** Coming to a history or from one, the sorting is the usual one. */
function sortFor(view) {
  return view === "history" || state.view === "history" ? readSort(usualSort(view)) : state.sort;
}

function buildSorter() {
  const options = COLUMNS.flatMap((column) => [
    h("option", { value: `-${column.name}` }, `${t(column.name)} ↓`),
    h("option", { value: column.name }, `${t(column.name)} ↑`),
  ]);
  byId("sort").replaceChildren(...options);
}

/** Models are not compared with models; where there is no plot the table has its place. */
function hasFigure(rows) {
  const isMixed = state.view === "ranking" && (state.model === ALL || state.work === ALL);
  return rows.length > 0 && state.view !== "matched" && !isMixed;
}

function drawFigure(rows) {
  if (state.view === "matched") drawMatched(rows);
  else if (!byId("plot").hidden && byId("plot").clientWidth > 0)
    (state.view === "history" ? drawTrend : drawCurves)(rows);
}

function redrawPlot() {
  drawn.delete("plot");
  draw();
}

/** Other rows than before: everything that follows from them is drawn anew. */
function newRows(news) {
  generation += 1;
  byId("news").textContent = news;
  say(news);
  state = readState(location.hash, location.search);
  draw();
}
