/** A button that opens a sheet of its own under it; Escape and a click elsewhere close it. */
function popoverButton(id, fillSheet, attributes = {}) {
  const sheet = h("div", { class: "sheet-small", id: `${id}-sheet`, popover: "auto" });
  const opener = h("button", { type: "button", id, popovertarget: sheet.id, "aria-haspopup": "dialog", ...attributes });
  sheet.addEventListener("beforetoggle", (event) => {
    opener.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState === "open") sheet.replaceChildren(...[fillSheet(sheet)].flat());
  });
  sheet.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    placeUnder(sheet, opener);
    sheet.querySelector("input, button, select")?.focus({ preventScroll: true });
  });
  return { opener, sheet };
}

function placeUnder(sheet, opener) {
  const box = opener.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - sheet.offsetWidth - 8));
  sheet.style.left = `${left}px`;
  sheet.style.top = `${box.bottom + 4}px`;
  sheet.style.maxHeight = `${Math.max(innerHeight - box.bottom - 16, 200)}px`;
}

function closeSheets() {
  for (const sheet of document.querySelectorAll(".sheet-small:popover-open")) sheet.hidePopover();
}
