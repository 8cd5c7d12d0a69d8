/** Which model, on which workload: the question that the page answers. */
function buildQuestion() {
  const parts = [
    ["model", chooseModel],
    ["work", chooseWork],
  ].map(([id, fillSheet]) => popoverButton(id, fillSheet, { class: "choice" }));
  byId("question").replaceChildren(...parts.flatMap(({ opener, sheet }) => [opener, sheet]));
}

function drawQuestion() {
  const groups = allGroups();
  const model = groups.find((group) => group.model === state.model);
  const work = groups.find((group) => group.work === state.work);
  labelChoice("model", t("model"), model ? modelText(model.row) : t("allModels"));
  labelChoice("work", t("workload"), work ? workText(work.row) : t("allWorkloads"));
}

function labelChoice(id, name, text) {
  byId(id).replaceChildren(h("small", {}, name), h("b", {}, text));
  byId(id).title = text;
}

function chooseModel() {
  const groups = allGroups();
  const models = tally(groups, (group) => group.model, modelText);
  return optionList({
    name: "model",
    options: [{ value: ALL, text: t("allModels"), count: sum(models) }, ...models],
    chosen: new Set([state.model]),
    single: true,
    choose: (model) => ask(model === ALL ? { model, work: ALL } : questionOf(model, keptWork(model))),
  });
}

/** Another model is looked at on the same workload, where it was measured on that. */
function keptWork(model) {
  return allGroups().some((group) => group.model === model && group.work === state.work) ? state.work : null;
}

function chooseWork() {
  const groups = allGroups().filter((group) => state.model === ALL || group.model === state.model);
  const works = tally(groups, (group) => group.work, workText);
  return optionList({
    name: "workload",
    options: [{ value: ALL, text: t("allWorkloads"), count: sum(works) }, ...works],
    chosen: new Set([state.work]),
    single: true,
    choose: (work) => ask({ model: state.model, work }),
  });
}

function ask(question) {
  closeSheets();
  update(question, { remember: true });
}

function sum(options) {
  return options.reduce((total, { count }) => total + count, 0);
}
