let state = null;
const drawn = new Map();

/** Change the state, remember it in the address, and draw what follows from it. */
function update(changes) {
  state = { ...state, ...changes };
  const hash = writeState(state);
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  draw();
}

/** Draw what has changed: an untouched part keeps its nodes, and with them the focus and the scroll. */
function draw() {
  const rows = visibleRows(state);
  const ids = rows.map((row) => row.id).join(" ");
  const { lang, show, picked, tab, sort } = state;
  whenChanged("language", [lang], drawLanguage);
  whenChanged("tabs", [lang, tab, state.unranked], drawTabs);
  drawFacets();
  whenChanged("table", [lang, tab, sort.name, sort.descending, ids], () => drawTable(rows));
  drawPicks();
  whenChanged("tray", [lang, picked], drawTray);
  whenChanged("chart", [lang, ids, byId("chart").clientWidth], () => drawChart(rows));
  whenChanged("dialog", [lang, show, picked], drawDialog);
}

function whenChanged(part, facts, action) {
  const key = JSON.stringify(facts);
  if (drawn.get(part) === key) return;
  drawn.set(part, key);
  action();
}

function drawLanguage() {
  speak(state.lang);
  byId("lang").lang = state.lang === "zh" ? "en" : "zh-CN";
  buildFacets();
  buildTable();
  drawSource();
}

/** Where the data comes from: the dataset, its revision, and when the page was made. */
function drawSource() {
  const { dataset_url: dataset, revision, generated_at: made } = PAGE;
  const version = revision
    ? [`${t("revision")} `, link(`${dataset}/tree/${revision}`, revision.slice(0, 7))]
    : [t("local")];
  const name = dataset ? [" · ", link(dataset, t("dataset"))] : [];
  byId("source").replaceChildren(...version, ` · ${t("generated", made)}`, ...name);
}

function drawTabs() {
  const titles = TABS.map((tab) => {
    const count = ROWS.filter((row) => row.tab === tab && (state.unranked || isRanked(row))).length;
    const open = tab === state.tab;
    return h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${tab}`,
        "aria-selected": String(open),
        "aria-controls": "panel",
        tabindex: open ? 0 : -1,
        onclick: () => update({ tab }),
      },
      t(tab),
      h("small", {}, count),
    );
  });
  const focused = byId("tabs").contains(document.activeElement);
  byId("tabs").replaceChildren(...titles);
  byId("panel").setAttribute("aria-labelledby", `tab-${state.tab}`);
  if (focused) byId(`tab-${state.tab}`).focus();
  byId("unranked-label").hidden = ROWS.every(isRanked);
  byId("unranked").checked = state.unranked;
}

function moveTab(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) update({ tab: TABS[(TABS.indexOf(state.tab) + step + TABS.length) % TABS.length] });
}

/** Show what the address asks for; the search field is only ever set here and by the clear button. */
function followAddress() {
  state = readState(location.hash);
  byId("query").value = state.query;
  draw();
}

/** Run `action` once things have been quiet for `delay` milliseconds. */
function debounced(action, delay) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
}

function listenToControls() {
  on("query", { oninput: debounced(() => update({ query: byId("query").value }), 80) });
  on("filters", { onsubmit: (event) => event.preventDefault() });
  on("clear", { onclick: clearFilters });
  on("unranked", { onchange: (event) => update({ unranked: event.target.checked }) });
  on("sort", { onchange: (event) => update({ sort: readSort(event.target.value) }) });
  on("lang", { onclick: () => update({ lang: state.lang === "zh" ? "en" : "zh" }) });
  on("csv", { onclick: () => download(exportName("csv"), "text/csv;charset=utf-8", csvOf(visibleRows(state))) });
  on("json", { onclick: () => download(exportName("json"), "application/json", jsonOf(visibleRows(state))) });
  on("tabs", { onkeydown: moveTab });
  copiesOnClick(byId("link"), () => location.href, "copyLink");
}

function listenToWindow() {
  const redraw = debounced(draw, 100);
  on("dialog", { onclose: dialogClosed, onclick: closeBeside });
  on("chart-fold", { ontoggle: redraw });
  document.addEventListener("click", closeOtherFacets);
  addEventListener("resize", redraw);
  addEventListener("hashchange", followAddress);
}

listenToControls();
listenToWindow();
followAddress();
