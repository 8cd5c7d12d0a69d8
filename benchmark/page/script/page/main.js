/** Show what the address asks for; the search field is only ever set here and by the clear button. */
function followAddress() {
  for (const sheet of document.querySelectorAll(":popover-open")) sheet.hidePopover();
  state = readState(location.hash, location.search);
  byId("query").value = state.query;
  draw();
}

/** Skipping is no address: it would say that nothing is filtered. */
function skip(event) {
  event.preventDefault();
  (byId("table").querySelector("tbody tr[tabindex='0']") ?? byId("results")).focus();
}

function listenToControls() {
  on("skip", { onclick: skip });
  on("query", { oninput: debounced(() => update({ query: byId("query").value }), 60) });
  on("sort", { onchange: (event) => update({ sort: readSort(event.target.value) }) });
  on("lang", { onclick: () => update({ lang: state.lang === "zh" ? "en" : "zh" }) });
  on("theme", { onclick: switchTheme });
  on("refresh", { onclick: refresh });
  on("views", { onkeydown: walkViews });
  roving(byId("filters"), ":scope > button");
  copiesOnClick(byId("link"), () => location.href, "copyLink");
}

function walkViews(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const view = VIEWS[(VIEWS.indexOf(state.view) + step + VIEWS.length) % VIEWS.length];
  turnTo(view);
}

function listenToWindow() {
  on("dialog", { onclose: dialogClosed, onclick: closeBeside });
  const rowsInSight = oncePerFrame(() => table.rows.draw());
  document.addEventListener("scroll", rowsInSight, { capture: true, passive: true });
  addEventListener(
    "resize",
    oncePerFrame(() => {
      fitTable();
      draw();
    }),
  );
  addEventListener("popstate", followAddress);
  addEventListener("beforeprint", () => table.rows.print(true));
  addEventListener("afterprint", () => table.rows.print(false));
  new ResizeObserver(oncePerFrame(draw)).observe(byId("views"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawPlot);
}

/** The rows of the table at once, the other fields and the other rows when it stands. */
async function start() {
  const rows = await inflated(byId("rows").textContent);
  takeRows(new Source(rows, byId("rest").textContent));
  listenToControls();
  listenToWindow();
  followAddress();
  performance.mark("rows");
  await fetchBeside();
  performance.mark("all rows");
  const later = globalThis.requestIdleCallback ?? ((action) => setTimeout(action, 200));
  later(() => SOURCE.complete().then(searchAgain));
}

/** A search that began before all fields were there may find more in them. */
function searchAgain() {
  forgetSearches();
  if (state.query === "" || visibleRows(state).length === results.get("rows").length) return;
  for (const part of ["rows", "filters", "table", "plot"]) drawn.delete(part);
  draw();
}

start();
