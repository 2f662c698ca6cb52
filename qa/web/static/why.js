/* How an answer came about: what was found, what of it was cited, what was left out, and how long it took. */

const score = (value) => (value == null ? "–" : value.toFixed(2));

const isCited = (passage, citations) =>
  citations.some(
    (citation) =>
      citation.document_id === passage.document_id && citation.start < passage.end && passage.start < citation.end,
  );

const drawPassage = (passage, answer) => {
  const open = make("button", { type: "button", class: "link", onclick: () => openSource(open, passage) }, passage.title);
  const { dense, lexical, fused } = passage.scores;
  return make(
    "tr",
    {},
    make("td", {}, open, isCited(passage, answer.citations) ? make("b", {}, " cited") : null, make("p", { dir: "auto" }, passage.opening)),
    ...[dense, lexical, fused].map((value) => make("td", { class: "score" }, score(value))),
  );
};

const drawPassages = (answer) => {
  const heads = ["Passage", "meaning", "words", "both"];
  return make(
    "div",
    { class: "passages", tabindex: "0", role: "region", "aria-label": "Passages that were found" },
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, ...answer.passages.map((passage) => drawPassage(passage, answer))),
    ),
  );
};

const usageWords = ({ usage, model }) =>
  "The language model" + (model === "extractive" ? "" : " (" + model + ")") + " read " + usage.input_tokens + " tokens and wrote " + usage.output_tokens + ".";

const drawWhy = (answer) => {
  const { total, ...steps } = answer.timings_ms;
  const took = Object.entries(steps).map(([name, ms]) => name + " " + Math.round(ms));
  const likely = "The documents answer this with a probability of " + percent(answer.confidence) + ".";
  return [
    answer.kind === "overview" ? null : make("p", {}, likely),
    answer.passages?.length ? drawPassages(answer) : null,
    ...answer.dropped.map((dropped) => make("p", {}, "Left out: “" + dropped.text + "” (" + dropped.reason + ")")),
    answer.usage ? make("p", {}, usageWords(answer)) : null,
    make("p", {}, "It took " + Math.round(total ?? 0) + " ms" + (took.length ? " (" + took.join(", ") + ")" : "") + "."),
  ].filter(Boolean);
};

/* Closed it costs nothing: what is in it is drawn when it is opened. */
const makeWhy = (turn) => {
  const body = make("div", { class: "why-body" });
  const fold = make("details", { class: "why", hidden: true }, make("summary", {}, "Why this answer"), body);
  fold.addEventListener("toggle", () => {
    body.replaceChildren(...(fold.open ? drawWhy(turn.answer) : []));
    const scroller = fold.closest(".scroll");
    const below = fold.getBoundingClientRect().bottom - scroller.getBoundingClientRect().bottom;
    if (fold.open && below > 0) scroller.scrollTop += below + 12;
  });
  return fold;
};
