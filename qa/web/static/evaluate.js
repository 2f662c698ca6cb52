/* The page that evaluates: starts a run, says how far it is, stops it, shows its report. */

const form = document.querySelector(".run");
const find = (selector) => document.querySelector(selector);
const [runButton, stopButton, bar, status] = ["[data-role=run]", "[data-role=stop]", "progress", "[role=status]"].map(find);
const [report, alone] = [".report", "[data-role=alone]"].map(find);
const file = form.elements.file;
let given = null; // what stops the run

const show = (running) => {
  runButton.hidden = running;
  stopButton.hidden = bar.hidden = !running;
  if (running) report.hidden = alone.hidden = true;
};

const request = () => {
  const own = form.elements.set.value === "own" ? file.files[0] : null;
  return [own ? "evaluations?" + new URLSearchParams({ name: own.name }) : "evaluations", own];
};

const follow = (step) => {
  if (step.problem) status.textContent = step.problem;
  else if (step.report) {
    report.src = alone.href = step.report;
    report.hidden = alone.hidden = false;
    status.textContent = "Done.";
  } else {
    status.textContent = step.what + ": " + step.done + " of " + step.total;
    bar.value = step.total ? step.done / step.total : 0;
  }
};

const evaluate = async () => {
  given = new AbortController();
  const [address, body] = request();
  const headers = { "content-type": "application/octet-stream" };
  show(true);
  status.textContent = "Waiting …";
  try {
    const response = await fetch(address, { method: "POST", headers, body, signal: given.signal });
    for await (const step of readLines(response)) follow(step);
  } catch {
    status.textContent = given.signal.aborted ? "Stopped." : "Footnote does not answer: is it still running?";
  }
  show(false);
  runButton.focus();
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.elements.set.value === "own" && !file.files.length) file.click();
  else evaluate();
});
form.addEventListener("change", () => (file.hidden = form.elements.set.value !== "own"));
stopButton.addEventListener("click", () => given.abort());
