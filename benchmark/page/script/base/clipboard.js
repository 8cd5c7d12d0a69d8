function copyButton(text) {
  return copiesOnClick(button(t("copy"), null), () => text, "copy");
}

/** Let a button copy a text and say so for a moment. */
function copiesOnClick(node, textOf, label) {
  node.addEventListener("click", async () => {
    await copy(textOf(), node);
    node.textContent = t("copied");
    say(t("copied"));
    setTimeout(() => {
      node.textContent = t(label);
      say("");
    }, 1500);
  });
  return node;
}

/** Where the clipboard is refused (framed pages), the old command still works on a selection. */
async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "hidden", "aria-hidden": "true" });
    area.value = text;
    near.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    near.focus();
  }
}

/** Hand a file to the browser's downloads. */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
