/* The conversation: asks, shows the turn that is being written, stops it. Gradio gives element, props and so on. */

const TURNS_REMEMBERED = 6;
const PATIENCE = 4_000; // ms without an update after which the page asks whether the server is still there
const SETTLING = 1_000; // ms after which Gradio will have finished with a turn, even if it doesn't say so

const GONE = "Footnote does not answer any more. Start it again, then ask again.";
const UNSENT = "The question, or its answer, got lost on the way: ask it again.";

const root = element.querySelector(".footnote");
const find = (selector) => root.querySelector(selector);
const transcript = find(".transcript");
const scroller = find(".scroll");
const form = find(".composer");
const box = form.elements.question;
const askButton = find("[data-role=ask]");
const stopButton = find("[data-role=stop]");

const turns = [];
let run = 0;
let live = null; // the turn that is being written
let replacing = null; // the turn whose question is being edited
let unsettled = false; // Gradio has not finished with the turn before, though its answer is whole
let handOver = () => {}; // what waits for that

const memory = startMemory();
const reader = startReader(root, server.source);
const documents = startDocuments(root);

const save = () =>
  memory.keep(
    turns.filter((turn) => turn.done).map(({ question, scope, answer, stopped, rating, line }) => ({ question, scope, answer, stopped, rating, line })),
  );

const earlier = (before) =>
  before
    .filter((turn) => turn.answer && turn.done)
    .slice(-TURNS_REMEMBERED)
    .flatMap((turn) => [
      { role: "user", content: turn.question },
      { role: "assistant", content: spokenText(turn.answer) },
    ]);

const addTurn = (question, scope) => {
  const turn = { question, scope, answer: null, done: false, stopped: false, rating: null, line: "", heard: Date.now() };
  turn.parts = {
    scope: make("p", { class: "asked-of", dir: "auto", hidden: !scope }, scope ? "Asked of: " + scope.join(", ") : ""),
    understood: make("p", { class: "understood", hidden: true }),
    status: make("p", { class: "status" }, "Looking in your documents …"),
    text: make("div", { class: "answer" }),
    footnotes: make("ol", { class: "footnotes", hidden: true }),
    notices: make("div", { class: "notices" }),
    problem: make("p", { class: "problem", hidden: true }),
    why: makeWhy(turn),
    actions: make("div", { class: "actions", hidden: true }),
  };
  const head = make("h2", { class: "question", dir: "auto" }, question);
  turn.node = make("article", { class: "turn" }, head, ...Object.values(turn.parts));
  turns.push(turn);
  transcript.append(turn.node);
  find(".empty").hidden = true;
  return turn;
};

const dropTurn = (turn) => {
  turns.splice(turns.indexOf(turn), 1);
  turn.node.remove();
};

/* What can be done with a turn once it is written. */
const finish = (turn) => {
  turn.done = true;
  turn.parts.status.hidden = true;
  turn.parts.problem.hidden = !turn.line;
  turn.parts.problem.textContent = turn.line;
  turn.parts.why.hidden = !turn.answer?.passages?.length;
  turn.parts.actions.hidden = false;
  turn.parts.actions.replaceChildren(...drawActions(turn));
};

const endTurn = (line) => {
  if (!live) return;
  const turn = live;
  live = null;
  turn.line = line ?? "";
  finish(turn);
  say(line || (turn.answer ? spoken(turn.answer) : ""));
  askButton.hidden = false;
  stopButton.hidden = true;
  save();
};

const ask = (question) => {
  const again = replacing;
  replacing = null;
  if (again) dropTurn(again);
  const history = earlier(turns);
  run += 1;
  live = addTurn(question, documents.scope());
  scroller.scrollTop = live.node.offsetTop;
  askButton.hidden = true;
  stopButton.hidden = false;
  const asked = { question, index: turns.length - 1, run, history, documents: documents.chosen() };
  let isSent = false;
  handOver = () => {
    if (isSent || run !== asked.run || !live) return; // stopped meanwhile
    isSent = unsettled = true;
    trigger("ask", asked);
  };
  if (unsettled) setTimeout(handOver, SETTLING);
  else handOver();
};

/* A question that came while Gradio closes the stream of the answer before would be answered into that one, unheard. */
const settle = () => {
  unsettled = false;
  handOver();
};

const stop = () => {
  if (!live) return;
  trigger("stop");
  run += 1; // what is still on its way is dropped
  live.stopped = true;
  endTurn("Stopped.");
  box.focus();
};

const retry = (turn) => {
  if (live) return;
  replacing = turn;
  ask(turn.question);
  box.focus();
};

const edit = (turn) => {
  if (live) return;
  replacing = turn;
  box.value = turn.question;
  box.focus();
};

const begin = () => {
  stop();
  turns.splice(0);
  transcript.replaceChildren();
  memory.begin();
  tell(root, "panel", "");
  find(".empty").hidden = false;
  replacing = null;
  box.value = "";
  box.focus();
  suggestSoon();
};

const draw = () => {
  const update = props.value;
  if (!live || !update || (update.run ?? run) !== run) return;
  live.heard = Date.now();
  if (update.answer) {
    live.answer = update.answer;
    drawAnswer(live);
  }
  if (update.done) endTurn(update.problem);
};

const endIf = async (problem) => {
  const turn = live;
  const line = turn && (await problem());
  if (line && live === turn) endTurn(line);
};

const stillThere = () => live && Date.now() - live.heard >= PATIENCE && endIf(() => obstacle(GONE));

/* That a request failed, Gradio says in a notice over our controls, which our styles hide. */
const hear = (changes) =>
  changes.some((change) => change.addedNodes.length) && endIf(async () => (await obstacle(GONE)) ?? UNSENT);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (!question || live) return;
  box.value = "";
  ask(question);
});

box.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && replacing) {
    event.preventDefault();
    replacing = null;
    box.value = "";
  }
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

stopButton.addEventListener("click", stop);
find("[data-role=new]").addEventListener("click", begin);
find("[data-role=export]").addEventListener("click", () => download("footnote.md", asMarkdown(turns.filter((turn) => turn.done))));

for (const { question, scope, answer, stopped, rating, line } of memory.recall()) {
  const turn = Object.assign(addTurn(question, scope), { answer, stopped, rating, line });
  try {
    if (answer) drawAnswer(turn);
    finish(turn);
  } catch {
    dropTurn(turn); // another version kept it
  }
}
if (!turns.length) find(".empty").hidden = false;
scroller.scrollTop = scroller.scrollHeight;

watch("value", draw);
window.addEventListener("popstate", () => location.reload());
document.addEventListener("footnote:settled", settle);
setInterval(stillThere, PATIENCE);
new MutationObserver(hear).observe(document.querySelector(".toast-wrap"), { childList: true });
startKeys(root, { stop, reader, begin });
root.addEventListener("footnote:want", ({ detail }) => {
  const refused = turns.find((turn) => turn.node.contains(detail.opener));
  if (detail.what !== "all" || live || !refused) return;
  documents.all();
  if (refused === turns.at(-1)) retry(refused);
  else ask(refused.question);
});
root.addEventListener("footnote:documents", checkSources);
for (const changed of ["documents", "scope"]) root.addEventListener("footnote:" + changed, () => turns.length || suggestSoon());
box.focus();
