/* The conversation: asks, shows the turn that is being written, stops it. Gradio gives element, props and so on. */

const TURNS_REMEMBERED = 6;
const PATIENCE = 4000; // ms without an update after which the page asks whether the server is still there

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

const history = () =>
  turns
    .filter((turn) => turn.answer && turn.done)
    .slice(-TURNS_REMEMBERED)
    .flatMap((turn) => [
      { role: "user", content: turn.question },
      { role: "assistant", content: spokenText(turn.answer) },
    ]);

const spokenText = (answer) =>
  answer.refusal ? answer.refusal.message : answer.statements.map((statement) => statement.text).join(" ");

const beginTurn = (question) => {
  const parts = {
    understood: make("p", { class: "understood", hidden: true }),
    status: make("p", { class: "status" }, "Looking in your documents …"),
    text: make("div", { class: "answer" }),
    footnotes: make("ol", { class: "footnotes", hidden: true }),
    notices: make("div", { class: "notices" }),
  };
  const node = make("article", { class: "turn" }, make("h2", { class: "question" }, question), ...Object.values(parts));
  const turn = { question, parts, node, answer: null, done: false, heard: Date.now() };
  turns.push(turn);
  transcript.append(node);
  find(".empty").hidden = true;
  scroller.scrollTop = node.offsetTop;
  return turn;
};

const endTurn = (line) => {
  if (!live) return;
  const turn = live;
  live = null;
  turn.done = true;
  turn.parts.status.hidden = true;
  if (line) turn.node.append(make("p", { class: "problem" }, line));
  find("[role=status]").textContent = line || (turn.answer ? spoken(turn.answer) : "");
  askButton.hidden = false;
  stopButton.hidden = true;
};

const ask = (question) => {
  const earlier = history();
  run += 1;
  live = beginTurn(question);
  askButton.hidden = true;
  stopButton.hidden = false;
  trigger("ask", { question, index: turns.length - 1, run, history: earlier });
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

const stillThere = async () => {
  if (!live || Date.now() - live.heard < PATIENCE) return;
  const turn = live;
  try {
    await fetch("/healthz", { cache: "no-store" });
  } catch {
    if (live === turn) endTurn("Footnote does not answer any more. Start it again, then ask again.");
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (!question || live) return;
  box.value = "";
  ask(question);
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

stopButton.addEventListener("click", () => {
  trigger("stop");
  run += 1; // what is still on its way is dropped
  endTurn("Stopped.");
  box.focus();
});

startReader(root, server.source);
watch("value", draw);
setInterval(stillThere, PATIENCE);
box.focus();
