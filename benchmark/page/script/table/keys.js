/** The table is one stop of the tab key; arrows walk through its rows and up into its head. */
function rowFocused(event) {
  const node = event.target.closest("tr[data-id]");
  if (!node) return;
  const [index] = [...table.rows.nodes].find(([, other]) => other === node);
  for (const other of table.rows.nodes.values()) other.tabIndex = other === node ? 0 : -1;
  table.focus = index;
}

/** Of the rows in sight one is always a stop of the tab key: the last that had the focus, or else the first. */
function keepReachable(from, to) {
  const reachable = table.focus >= from && table.focus < to ? table.focus : from;
  for (const [index, node] of table.rows.nodes) {
    const place = index === reachable ? 0 : -1;
    if (node.tabIndex !== place) node.tabIndex = place;
  }
}

function rowKey(event) {
  if (event.target.tagName !== "TR") return;
  const page = Math.max(1, Math.floor((innerHeight * 0.8) / table.rows.height));
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.key === "Enter") openRow(event.target.dataset.id);
  else if (event.key === " ") togglePick(event.target.dataset.id);
  else if (event.key in steps) focusRow(table.focus + steps[event.key]);
  else return;
  event.preventDefault();
}

function focusRow(index) {
  const sorter = byId("table").querySelector("[aria-sort] button") ?? byId("table").querySelector("thead button");
  if (index === -1) return sorter.focus();
  const within = Math.min(Math.max(index, 0), table.rows.rows.length - 1);
  table.focus = within;
  table.rows.reveal(within)?.focus({ preventScroll: true });
}

function headKey(event) {
  const heads = [...byId("table").querySelectorAll("thead button")];
  const index = heads.indexOf(event.target);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) heads[(index + step + heads.length) % heads.length].focus();
  else if (event.key === "ArrowDown") focusRow(table.focus);
  else return;
  event.preventDefault();
}
