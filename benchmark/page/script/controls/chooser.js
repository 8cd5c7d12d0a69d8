/** Which columns the table has. */
function chooseColumns() {
  const chosen = table.columns.map((column) => column.name);
  const list = optionList({
    name: "columns",
    options: COLUMNS.map((column) => ({ value: column.name, text: t(column.name) })),
    chosen: new Set(chosen),
    choose: (name, isOn) => chooseColumn(name, isOn),
  });
  const usual = button(t("usualColumns"), () => {
    closeSheets();
    update({ columns: [] });
  });
  return [...list.slice(-1), usual];
}

function chooseColumn(name, isOn) {
  const now = table.columns.map((column) => column.name);
  const columns = isOn ? [...now, name] : now.filter((other) => other !== name);
  if (columns.length > 0) update({ columns });
}
