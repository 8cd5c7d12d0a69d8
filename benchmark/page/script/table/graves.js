/** What is left of runs that were taken down: nobody knows which configuration they were of. */
function drawGraves() {
  byId("graves").hidden = PAGE.taken_down.length === 0 || state.view !== "history";
  const lines = PAGE.taken_down.map(({ run_id, reason, by, at: when }) =>
    h("li", {}, h("code", {}, run_id.slice(0, 12)), ` ${day(instant(when)) ?? when} · ${by} · ${reason}`),
  );
  byId("graves").replaceChildren(h("summary", {}, t("takenDown", lines.length)), h("ul", {}, lines));
}
