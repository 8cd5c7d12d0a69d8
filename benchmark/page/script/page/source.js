/** Where the data comes from: the dataset, its revision, and the time. */
function drawSource() {
  const { dataset_url: dataset, revision, generated_at: made } = PAGE;
  const version = revision
    ? [`${t("revision")} `, link(`${dataset}/tree/${revision}`, revision.slice(0, 7))]
    : [PAGE.kept ? t(PAGE.kept === "boards" ? "keptBoards" : "keptRuns") : t("local")];
  byId("source").replaceChildren(...version, made ? ` · ${made}` : "");
  byId("refresh").hidden = dataset === "";
  drawNotice();
}

/** What a reader must know of all that is shown. */
function drawNotice() {
  const examples = ROWS.filter((row) => row.isExample).length;
  const lines = [];
  if (examples > 0) lines.push(t("examplesNote", DIGITS[0].format(examples), DIGITS[0].format(ROWS.length)));
  if (PAGE.data_name && ROWS.length < PAGE.total)
    lines.push(t(PAGE.beside ?? "partNote", DIGITS[0].format(ROWS.length), DIGITS[0].format(PAGE.total)));
  byId("notice").hidden = lines.length === 0;
  byId("notice").textContent = lines.join(" ");
}

/** Of a page with too many rows: fetch all, where it is served. A page opened as a file has the best of them. */
async function fetchBeside() {
  if (!PAGE.data_name) return;
  if (!location.protocol.startsWith("http")) return keepPart("partFileNote");
  try {
    const { rows, rest, left_out } = await (await asked(PAGE.data_name)).json();
    takeRows(new Source(await inflated(rows), rest));
    PAGE.left_out = left_out;
    newRows("");
  } catch {
    keepPart("partFailedNote");
  }
}

function keepPart(note) {
  PAGE.beside = note;
  drawNotice();
}
