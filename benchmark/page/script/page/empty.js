/** What stands where no row does: how to fill an empty board, or the way out of too narrow a question. */
function drawEmpty(rows, matching) {
  const isEmpty = rows.length === 0;
  byId("table").hidden = isEmpty || state.view === "matched" || state.view === "curves";
  byId("empty").hidden = !isEmpty;
  document.body.classList.toggle("bare", ROWS.length === 0);
  byId("count").textContent = countText(rows, matching);
  if (isEmpty) byId("empty").replaceChildren(...(ROWS.length === 0 ? invitation() : wayOut()));
}

function countText(rows, matching) {
  const all = rowsInQuestion(state).length;
  const [lines, some, every] = [rows.length, matching.length, all].map((count) => DIGITS[0].format(count));
  if (all === 1 && rows.length === 1) return t("countOne");
  const words = matching.length === all ? t("countAll", every) : t("count", some, every);
  return rows.length === matching.length ? words : t("countBest", lines, words);
}

function invitation() {
  const steps = [
    ["stepMeasure", "sagellm-benchmark run --model gpt2 --backend cpu"],
    ["stepAggregate", "sagellm-benchmark aggregate"],
    ["stepLook", "sagellm-benchmark page outputs"],
  ];
  const items = steps.map(([words, command]) => h("li", {}, h("span", {}, t(words)), h("code", {}, command)));
  return [h("h2", {}, t("noResults")), h("p", {}, t("noResultsHint")), h("ol", {}, items)];
}

function wayOut() {
  const elsewhere = matchingRows({ ...state, model: ALL, work: ALL }).length;
  const others = hasFacets(state) && elsewhere > 0 && state.model !== ALL;
  return [
    h("p", {}, t("noMatch")),
    hasFacets(state) ? button(t("clear"), clearFilters) : "",
    others ? button(t("searchEverywhere", DIGITS[0].format(elsewhere)), () => ask({ model: ALL, work: ALL })) : "",
  ];
}
