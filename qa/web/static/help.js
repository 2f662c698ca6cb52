/* Keys, signs, suggestions, and what has become of the sources. */

const SUGGEST_AFTER = 400; // ms without a change of the documents, or of those that are ticked

const KEYS = [
  ["/", "write a question"],
  ["Enter", "ask; Shift+Enter begins a new line"],
  ["Escape", "stop an answer, close what is open, give up an edit"],
  ["[ and ]", "previous and next citation, in the source"],
  ["n", "new conversation"],
  ["d", "documents"],
  ["?", "this list"],
];

const drawHelp = () => {
  const close = make("button", { type: "button", class: "quiet", onclick: () => help.close() }, "Close");
  const help = make(
    "dialog",
    { class: "help", "aria-label": "Keys and signs" },
    make("div", { class: "panel-head" }, make("h2", { class: "panel-title" }, "Keys and signs"), close),
    make("dl", {}, ...KEYS.flatMap(([key, does]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)])),
    make(
      "dl",
      {},
      ...Object.entries(VERDICTS).flatMap(([verdict, [sign, word]]) => [
        make("dt", { class: "verdict " + verdict }, sign + " " + word),
        make("dd", {}, MEANINGS[verdict]),
      ]),
    ),
  );
  return help;
};

const MEANINGS = {
  quoted: "The sentence is the source’s own words.",
  supported: "The cited words say what the sentence says.",
  partial: "The cited words say only a part of it.",
  unsupported: "The cited words don’t say it. The sentence is underlined; one that nothing is cited for is struck out.",
};

const startKeys = (root, { stop, reader, begin }) => {
  const help = drawHelp();
  root.append(help, preview);
  const box = root.querySelector("[name=question]");
  const click = (role) => root.querySelector("[data-role=" + role + "]").click();
  const keys = {
    "/": () => box.focus(),
    "?": () => help.showModal(),
    n: begin,
    d: () => click("documents"),
    "[": () => !root.querySelector(".reader").hidden && reader.step(-1),
    "]": () => !root.querySelector(".reader").hidden && reader.step(1),
  };
  const writing = (node) => node.matches("input, textarea, select, [contenteditable]");
  help.addEventListener("keydown", (event) => event.stopPropagation()); // its Escape closes it, and nothing else
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const isPreviewing = !preview.hidden;
      hidePreview();
      if (!event.defaultPrevented && !isPreviewing) stop(); // else it closed something
      return;
    }
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || writing(event.target) || help.open) return;
    event.preventDefault();
    act();
  });
  root.querySelector("[data-role=help]").addEventListener("click", () => help.showModal());
  const menu = root.querySelector(".menu");
  const closeMenu = () => {
    menu.open = false;
    menu.querySelector("summary").focus();
  };
  // Before the item itself hears of it: a dialog gives the focus back to where it was when it opened.
  menu.addEventListener("click", (event) => event.target.closest(".menu-items") && closeMenu(), true);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.preventDefault();
    closeMenu();
  });
  menu.addEventListener("focusout", (event) => !menu.contains(event.relatedTarget) && (menu.open = false));
  root.querySelector(".scroll").addEventListener("scroll", hidePreview, { passive: true });
};

/* Questions that the documents are known to answer, or those that are ticked, to begin with. Several documents may come,
   or be ticked, one after the other. */
let suggesting = 0;
const suggestSoon = () => {
  const mine = ++suggesting;
  setTimeout(() => mine === suggesting && suggest(mine), SUGGEST_AFTER);
};

const suggest = async (mine) => {
  const list = root.querySelector(".suggestions");
  list.replaceChildren();
  list.parentElement.hidden = true;
  try {
    const questions = await server.suggestions(documents.chosen());
    if (turns.length || mine !== suggesting) return;
    list.parentElement.hidden = !questions.length;
    list.replaceChildren(
      ...questions.map((question) =>
        make("li", {}, make("button", { type: "button", class: "suggestion", dir: "auto", onclick: () => !live && ask(question) }, question)),
      ),
    );
  } catch {
    // None, then: the page works without.
  }
};

/* Names at its footnotes a source that has changed or gone since. */
const checkSources = async () => {
  const cited = turns.flatMap((turn) => turn.answer?.citations ?? []);
  const places = new Map(cited.map(({ document_id, content_hash }) => [document_id + content_hash, { document_id, content_hash }]));
  if (!places.size) return;
  let standings;
  try {
    standings = await server.standings([...places.values()]);
  } catch {
    return;
  }
  const known = Object.fromEntries([...places.keys()].map((key, at) => [key, standings[at]]));
  for (const turn of turns.filter((turn) => turn.answer?.citations.length)) {
    turn.standings = known;
    drawFootnotes(turn);
  }
};
