/* What stands under a finished answer: copy, retry, edit, and whether it helped. */

const drawAction = (name, act) => make("button", { type: "button", class: "action", onclick: (event) => act(event.currentTarget) }, name);

const drawActions = (turn) => {
  const left = [];
  if (turn.answer) left.push(drawAction("Copy with footnotes", (button) => copyText(button, asText(turn.answer))));
  left.push(make("span", { class: "of-last" }, drawAction("Retry", () => retry(turn)), drawAction("Edit", () => edit(turn))));
  const rated = turn.answer && turn.answer.kind !== "smalltalk" && !turn.stopped;
  return [make("div", {}, ...left), rated ? drawRating(turn) : make("div")];
};

const rate = async (turn, helpful, comment) => {
  const { saved, problem } = await server.rate({ trace_id: turn.answer.trace_id, helpful, comment });
  if (!saved) return problem;
  turn.rating = { helpful, comment };
  save();
  return null;
};

const drawRating = (turn) => {
  const block = make("div", { class: "rating" });
  const draw = (...nodes) => block.replaceChildren(...nodes);

  /* Beside what one can try again with. */
  const complain = (words) => {
    block.querySelector("[role=status]")?.remove();
    block.append(make("span", { role: "status" }, words));
  };

  const thank = () => {
    const undo = drawAction("Change", offer);
    const hadFocus = block.contains(document.activeElement);
    draw(make("span", { role: "status" }, turn.rating.helpful ? "Helpful" : "Not helpful", turn.rating.comment ? ", with your comment" : ""), undo);
    if (hadFocus) undo.focus();
  };

  const send = async (helpful, comment = "") => {
    let problem;
    try {
      problem = await rate(turn, helpful, comment);
    } catch {
      problem = (await obstacle(SILENT)) ?? "It could not be kept: try again.";
    }
    if (problem) complain(problem);
    else thank();
  };

  const askWhy = () => {
    const box = make("input", { type: "text", name: "comment", maxlength: "2000", "aria-label": "What is wrong?", placeholder: "What is wrong? (optional)" });
    const form = make("form", { class: "comment" }, box, make("button", { type: "submit", class: "action" }, "Send"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(false, box.value.trim());
    });
    draw(form);
    box.focus();
  };

  const offer = () => draw(drawAction("Helpful", () => send(true)), drawAction("Not helpful", askWhy));
  if (turn.rating) thank();
  else offer();
  return block;
};
