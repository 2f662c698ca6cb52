/* An answer, drawn into a turn of the transcript. */

const VERDICTS = {
  quoted: ["✓", "quoted"],
  supported: ["✓", "supported"],
  partial: ["≈", "partly"],
  unsupported: ["✗", "not supported"],
};
const SEVEREST = ["unsupported", "partial", "supported", "quoted"];
const CLOSEST = 2; // passages that a refusal shows
const LONGEST_BOUND_WORD = 24; // a longer one could not wrap on a phone

/* Said by a language model and supported by nothing: shown to those who want to see that, and to nobody as an answer. */
const isStruck = (statement) => statement.verdict === "unsupported" && !statement.citations.length;

/* Before a line that is an entry of a list; other line breaks are those of the file, not of what it says. */
const ENTRY = /(?=[\r\n][ \t]*(?:[-*+•–]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)])\s)/iu;

const sameWords = (one, other) => one.replace(/\s+/g, " ").trim() === other.replace(/\s+/g, " ").trim();

/* What the weakest of the statements that use a citation makes of it. */
const verdictOf = (citation, statements) => {
  const verdicts = statements
    .filter((statement) => statement.verdict && statement.citations.includes(citation.number))
    .map((statement) => (sameWords(statement.text, citation.quote) ? "quoted" : statement.verdict));
  return SEVEREST.find((verdict) => verdicts.includes(verdict));
};

/* Two documents may have the same title: then the file tells them apart. */
const named = (place, answer) => {
  const twin = answer?.passages?.some((other) => other.title === place.title && other.document_id !== place.document_id);
  return twin ? place.title + " (" + place.source.replace(/^upload:/, "").split(/[/\\]/).pop() + ")" : place.title;
};

const where = (place, answer) =>
  [named(place, answer), place.heading === place.title ? null : place.heading, place.page ? "page " + place.page : null].filter(Boolean).join(" · ");

const drawMark = (number, turn) => {
  const citation = () => turn.answer.citations.find((other) => other.number === number);
  const mark = make(
    "button",
    {
      type: "button",
      class: "mark",
      "aria-label": "Citation " + number,
      "aria-expanded": "false",
      onclick: () => openSource(mark, citation(), turn.answer.citations),
    },
    String(number),
  );
  previewOn(mark, citation);
  return mark;
};

/* The text, with its marks bound to the last word so that none stands alone on a line. */
const drawStruck = (statement, tag) =>
  make(
    tag,
    { class: "statement struck", dir: "auto" },
    make("del", {}, statement.text),
    " ",
    make("span", { class: "verdict unsupported" }, "✗ not supported"),
    tag === "span" ? " " : "",
  );

const drawStatement = (statement, turn, tag) => {
  if (isStruck(statement)) return drawStruck(statement, tag);
  const unsupported = statement.verdict === "unsupported";
  const node = make(tag, { class: unsupported ? "statement unsupported" : "statement", dir: "auto" });
  const marks = statement.citations.map((number) => drawMark(number, turn));
  const entries = statement.text.split(ENTRY);
  const last = entries.pop();
  const cut = last.search(/\S+\s*$/);
  const isBound = marks.length && cut >= 0 && last.length - cut <= LONGEST_BOUND_WORD;
  const ending = isBound ? [last.slice(0, cut), make("span", { class: "bound" }, last.slice(cut), ...marks)] : [last, ...marks];
  const [opening, ...others] = [...entries.map((entry) => [entry]), ending];
  node.append(...opening, ...others.map((pieces) => make("span", { class: "entry" }, ...pieces)));
  if (unsupported) node.append(make("span", { class: "unseen" }, " (not supported by its source)"));
  if (tag === "span") node.append(" "); // before the next one, also for who copies or listens
  return node;
};

/* `standing` is what has become of the source since: null, "changed" or "removed". */
const drawFootnote = ({ citation, verdict, standing }, turn) => {
  const [sign, word] = VERDICTS[verdict] ?? ["", ""];
  const quote = make(
    "button",
    {
      type: "button",
      class: "quote",
      dir: "auto",
      onclick: () => openSource(quote, citation, turn.answer.citations),
    },
    "“" + citation.quote + "”",
  );
  return make(
    "li",
    {},
    make("span", { class: "number", "aria-hidden": "true" }, String(citation.number)),
    make(
      "div",
      {},
      quote,
      make(
        "p",
        { class: "where" },
        where(citation, turn.answer),
        ...(word ? [" ", make("span", { class: "verdict " + verdict }, sign + " " + word)] : []),
        ...(standing ? [" ", make("span", { class: "standing" }, standing === "changed" ? "source changed" : "source deleted")] : []),
      ),
    ),
  );
};

/* A probability: one that is small is no certainty. */
const percent = (share) => (share < 0.01 ? "under 1" : Math.round(100 * share)) + "\u00a0%";

const drawClosest = (place) => {
  const link = make("button", { type: "button", class: "link", onclick: () => openSource(link, place, []) }, "See it in the source");
  return make("li", { dir: "auto" }, "“" + place.text + "” ", link);
};

const drawRefusal = (answer, turn) => {
  const block = make("div", { class: "refusal" }, make("p", { class: "lead" }, answer.refusal.message));
  const closest = answer.evidence.slice(0, CLOSEST);
  if (closest.length) {
    block.append(
      make("p", { class: "where" }, "Closest, perhaps not an answer (" + percent(answer.confidence) + " likely):"),
      make("ul", { class: "closest" }, ...closest.map(drawClosest)),
    );
  }
  if (["not_in_documents", "no_documents"].includes(answer.refusal.code)) block.append(drawWayOn(turn));
  return block;
};

const drawLink = (words, act) => make("button", { type: "button", class: "link", onclick: (event) => act(event.currentTarget) }, words);

const drawWayOn = (turn) => {
  const add = drawLink("add a document that says it", (link) => askFor(link, "add"));
  const all = turn.scope ? [", or ", drawLink("ask all documents", (link) => askFor(link, "all"))] : [];
  const orAdd = make("span", { "data-edits": true }, all.length ? " or " : ", or ", add);
  return make("p", { class: "where" }, "Ask it in other words", ...all, orAdd, ".");
};

const drawFootnotes = (turn) => {
  const { answer, parts } = turn;
  const footnotes = answer.citations.map((citation) => ({
    citation,
    verdict: verdictOf(citation, answer.statements),
    standing: turn.standings?.[citation.document_id + citation.content_hash] ?? null,
    name: named(citation, answer), // known once all passages are
  }));
  parts.footnotes.hidden = !footnotes.length;
  keepDrawn(parts.footnotes, footnotes, (footnote) => drawFootnote(footnote, turn));
};

const drawAnswer = (turn) => {
  const { answer, parts } = turn;
  parts.understood.hidden = !answer.standalone_question;
  parts.understood.textContent = answer.standalone_question ? "Understood as: " + answer.standalone_question : "";
  parts.status.hidden = Boolean(answer.statements.length || answer.refusal || turn.done);
  const tag = answer.kind === "overview" ? "p" : "span";
  if (answer.refusal) keepDrawn(parts.text, [answer], (refused) => drawRefusal(refused, turn));
  else keepDrawn(parts.text, answer.statements, (statement) => drawStatement(statement, turn, tag));
  drawFootnotes(turn);
  keepDrawn(parts.notices, answer.notices, (notice) => make("p", {}, notice.message));
};

const spokenText = (answer) =>
  answer.refusal
    ? answer.refusal.message
    : answer.statements
        .filter((statement) => !isStruck(statement))
        .map((statement) => statement.text)
        .join(" ");

const spoken = (answer) =>
  spokenText(answer) + (answer.citations.length ? " Footnotes: " + answer.citations.length + "." : "");
