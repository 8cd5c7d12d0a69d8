/** The sheet over the page: one result, or several compared. */
function openDialog(title, content) {
  const close = button("×", () => byId("dialog").close(), { class: "close", "aria-label": t("close") });
  const dialog = byId("dialog");
  dialog.replaceChildren(
    h("div", { class: "sheet" }, h("header", {}, h("h2", { id: "dialog-title" }, title), close), content),
  );
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

/** The event comes late: by then the dialog may show something else. Back and closing come to the same. */
function dialogClosed() {
  if (byId("dialog").open || state.show === "") return;
  if (history.state?.opened) history.back();
  else update({ show: "" });
}

function closeBeside(event) {
  if (event.target === byId("dialog")) byId("dialog").close();
}

/** Bring the dialog in line with the state; who looks closer waits for the rest of the fields. */
async function drawDialog() {
  const wanted = state.show;
  if (wanted !== "") await SOURCE.complete();
  if (wanted !== state.show) return;
  const row = rowById(wanted);
  const picked = state.picked.map((id) => rowById(id));
  if (row) openDialog(row.label, detailsOf(row));
  else if (wanted === "compare" && picked.length > 1) openDialog(t("compare"), comparisonOf(picked));
  else if (byId("dialog").open) byId("dialog").close();
}
