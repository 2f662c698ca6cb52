/* The page that evaluates: starts a run, says how far it is, stops it, shows its report. */

const form = document.querySelector(".run");
const find = (selector) => document.querySelector(selector);
const [runButton, stopButton, bar] = ["[data-role=run]", "[data-role=stop]", "progress"].map(find);
const [status, count] = ["[role=status]", "[data-role=count]"].map(find);
const [report, alone] = [".report", "[data-role=alone]"].map(find);
const file = form.elements.file;
const SILENT = "Footnote does not answer: is it still running?";
let given = null; // what stops the run; null: none is running

const show = (running) => {
  runButton.hidden = running;
  stopButton.hidden = bar.hidden = !running;
  if (running) report.hidden = alone.hidden = true;
  count.textContent = "";
  (running ? stopButton : runButton).focus();
};

const request = () => {
  const own = form.elements.set.value === "own" ? file.files[0] : null;
  return [own ? "evaluations?" + new URLSearchParams({ name: own.name }) : "evaluations", own];
};

const showStatus = (words, isBad = false) => {
  status.textContent = words;
  status.classList.toggle("bad", isBad);
};

const follow = (step) => {
  if (step.problem) showStatus(step.problem, !step.stopped);
  else if (step.report) {
    report.src = alone.href = step.report;
    report.hidden = alone.hidden = false;
    showStatus(["Done.", step.notice].filter(Boolean).join(" "));
  } else {
    count.textContent = step.what + ": " + step.done + " of " + step.total; // not spoken, it changes all the time
    bar.value = step.total ? step.done / step.total : 0;
  }
};

const evaluate = async () => {
  if (given) return;
  given = new AbortController();
  let last = {};
  const [address, body] = request();
  const headers = { "content-type": "application/octet-stream" };
  show(true);
  showStatus("Evaluating …");
  try {
    const response = await fetch(address, { method: "POST", headers, body, signal: given.signal });
    for await (const step of readLines(response)) {
      last = response.ok || step.problem ? step : { problem: step.detail ?? SILENT };
      follow(last);
    }
  } catch {
    const stopped = given.signal.aborted;
    last = { problem: stopped ? "Stopped." : SILENT, stopped };
    follow(last);
  }
  if (!last.report && !last.problem) showStatus("It broke off: evaluate again.", true);
  show(false);
  given = null;
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.elements.set.value === "own" && !file.files.length) file.click();
  else evaluate();
});
form.addEventListener("change", () => (file.hidden = form.elements.set.value !== "own"));
stopButton.addEventListener("click", () => given.abort());
