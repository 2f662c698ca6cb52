/* Files that are added: one after the other, each with a line of its own that stays until it is done and cleared. */

/* What became of a file, by what it is called here if that isn't its own name. */
const OUTCOMES = {
  added: (as) => "added" + (as ? " as " + as : ""),
  unchanged: (as) => "unchanged: the same text is here already" + (as ? ", called " + as : ""),
  replaced: (as) => "replaced: the older text" + (as ? " of " + as : "") + " is gone",
};

/* The files that were dropped, and those in dropped folders. */
const droppedFiles = async (items) => {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry() ?? item.getAsFile()).filter(Boolean);
  const inFolder = async (folder) => {
    const reader = folder.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) return found;
      found.push(...some.filter((entry) => !entry.name.startsWith(".")));
    }
  };
  const files = [];
  while (entries.length) {
    const entry = entries.shift();
    if (entry.isDirectory) entries.unshift(...(await inFolder(entry)));
    else files.push(entry instanceof File ? entry : await new Promise((done, fail) => entry.file(done, fail)));
  }
  return files;
};

/* `limits()` is {largest, too_large} as the server says; `changed` is called when a document was added. */
const startUploads = (list, clear, { limits, changed }) => {
  const waiting = [];
  let busy = false;

  const makeLine = (file) => {
    const text = make("span", { class: "upload-text" });
    const bar = make("progress", { max: 1, "aria-label": "Progress of " + file.name, hidden: true });
    const choices = make("span", { class: "upload-choices" });
    const node = make("li", { class: "upload" }, make("b", { dir: "auto" }, file.name), " ", text, choices, bar);
    const show = (words, buttons = {}, share = null) => {
      text.textContent = words;
      choices.replaceChildren(...Object.entries(buttons).map(([name, act]) => drawAction(name, act)));
      bar.hidden = share === null;
      if (share !== null) bar.value = share;
    };
    const end = (words, kind) => {
      show(words);
      node.classList.add("ended", kind);
      clear.hidden = false;
      say(file.name + ": " + words);
    };
    list.append(node);
    return { file, show, end };
  };

  const offer = (line, problem) => {
    const again = (name, ifExists) => [name, () => wait(line, ifExists)];
    line.show(problem, Object.fromEntries([
      again("Replace", "replace"),
      again("Keep both", "keep"),
      ["Leave it", () => line.end("not added", "refused")],
    ]));
    say(line.file.name + ": " + problem);
  };

  const finish = (line, { outcome, problem, detail, name_taken: taken, document: added }) => {
    if (outcome) {
      const other = added.source.slice(added.source.indexOf(":") + 1);
      line.end(OUTCOMES[outcome](other === line.file.name ? "" : other), outcome);
      changed();
    } else if (taken) offer(line, problem);
    else line.end("not added: " + (problem ?? detail ?? "the connection broke off; add it again."), "refused");
  };

  const send = async (line, ifExists) => {
    const given = new AbortController();
    const buttons = { Stop: () => given.abort() };
    let last = {};
    line.show("being read …", buttons);
    try {
      const response = await fetch("../uploads?" + new URLSearchParams({ name: line.file.name, if_exists: ifExists }), {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
        body: line.file,
        signal: given.signal,
      });
      for await (const step of readLines(response)) {
        last = step;
        if (step.total) line.show(step.done + " of " + step.total + " passages", buttons, step.done / step.total);
      }
    } catch {
      if (given.signal.aborted) {
        line.end("stopped", "refused");
        return changed(); // it may have been done the moment before
      }
    }
    finish(line, last);
  };

  const work = async () => {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      const [line, ifExists] = waiting.shift();
      if (line.file.size > limits().largest) line.end("not added: " + limits().too_large, "refused");
      else await send(line, ifExists);
    }
    busy = false;
  };

  const wait = (line, ifExists) => {
    line.show("waiting …");
    waiting.push([line, ifExists]);
    work();
  };

  clear.addEventListener("click", () => {
    for (const node of list.querySelectorAll(".ended")) node.remove();
    clear.hidden = true;
  });
  return { add: (files) => Array.from(files, makeLine).forEach((line) => wait(line, "ask")) };
};
