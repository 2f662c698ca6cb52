/* The documents panel: what there is, what is added, and which of it questions are asked of. */

const MOST_LISTED = 200; // more are found by their title
const SEARCHED_FROM = 10; // documents from which on there is a box to search in

const SILENT = "Footnote does not answer: is it still running?";

const counted = (number) => number.toLocaleString("en") + (number === 1 ? " document" : " documents");

const aboutDocument = ({ title, source, characters, added_at: at }) =>
  [
    fileName(source) === title ? null : fileName(source),
    characters.toLocaleString("en") + " characters",
    at ? "added " + new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" }) : null,
  ].filter(Boolean).join(" · ");

const startDocuments = (root) => {
  const panel = root.querySelector(".panel.documents");
  const find = (selector) => panel.querySelector(selector);
  const toggle = root.querySelector("[data-role=documents]");
  const scope = root.querySelector("[data-role=scope]");
  const [shelf, search, input, problem] = [".shelf", ".search", "[type=file]", ".problem"].map(find);
  let known = { generation: null, documents: [], largest: Infinity, accepted: [] };
  let opener = null;
  const picked = new Set(); // ids that questions are restricted to; none: no restriction
  const removed = new Map(); // id -> the document, while it can be brought back

  const rowOf = (one) => shelf.querySelector('[data-id="' + CSS.escape(one.id) + '"]');
  const mayAdd = () => !root.classList.contains("asks-only");
  const chosen = () => (picked.size ? [...picked] : null);

  const drawScope = () => {
    const all = known.documents.length;
    root.querySelector("[data-role=count]").textContent = all.toLocaleString("en");
    scope.textContent = picked.size ? counted(picked.size) : "All documents";
    scope.classList.toggle("narrow", picked.size > 0);
    find(".scope").textContent = picked.size
      ? "Questions are asked of " + counted(picked.size) + " only."
      : all ? "Questions are asked of all of them. Tick some to ask only those." : "There are none yet.";
    find("[data-role=all]").hidden = !picked.size;
    for (const box of shelf.querySelectorAll("[type=checkbox]")) box.checked = picked.has(box.value);
  };

  const rescope = () => {
    drawScope();
    tell(root, "scope");
  };

  const pick = ({ target }) => {
    if (target.checked) picked.add(target.value);
    else picked.delete(target.value);
    rescope();
  };

  const drawOne = (one) =>
    make(
      "li",
      { "data-id": one.id },
      make("label", {}, make("input", { type: "checkbox", value: one.id, onchange: pick }), make("span", { dir: "auto" }, one.title)),
      make("p", { class: "where", dir: "auto" }, aboutDocument(one)),
      make("button", { type: "button", class: "action", "aria-label": "Remove " + one.title, onclick: () => remove(one) }, "Remove"),
    );

  const drawRemoved = ({ removed: one }) =>
    make("li", { "data-id": one.id, class: "removed" }, make("span", { dir: "auto" }, "Removed “" + one.title + "”."), drawAction("Undo", () => restore(one)));

  /* Removed ones stand where they stood, so that nothing jumps under the pointer. */
  const draw = () => {
    const words = search.value.trim().toLowerCase();
    const listed = known.documents.filter((one) => (one.title + " " + fileName(one.source)).toLowerCase().includes(words));
    const rows = [...listed, ...removed.values()].sort((a, b) => a.title.localeCompare(b.title) || (a.id < b.id ? -1 : 1));
    keepDrawn(shelf, rows.slice(0, MOST_LISTED).map((one) => (removed.has(one.id) ? { removed: one } : one)), (row) =>
      row.removed ? drawRemoved(row) : drawOne(row),
    );
    search.hidden = known.documents.length < SEARCHED_FROM;
    find(".unlisted").hidden = rows.length <= MOST_LISTED;
    find(".unlisted").textContent = "The first " + MOST_LISTED + " of " + counted(rows.length) + ": search for the others.";
    drawScope();
  };

  const complain = (words) => {
    problem.hidden = !words;
    problem.textContent = words ?? "";
    if (words) say(words);
  };

  const refresh = async () => {
    let now;
    try {
      now = (await server.documents(known.generation)) ?? { problem: SILENT };
    } catch {
      now = { problem: (await obstacle()) ?? SILENT };
    }
    complain(now.problem);
    if (now.problem) return;
    root.classList.toggle("asks-only", !now.may_edit);
    root.querySelector("[action$=sign-out]").hidden = !now.is_signed_in;
    if (!now.documents) return;
    known = now;
    input.accept = now.accepted.join(",");
    const here = new Set(now.documents.map((one) => one.id));
    for (const id of [...picked]) if (!here.has(id)) picked.delete(id);
    for (const id of [...removed.keys()]) if (here.has(id)) removed.delete(id);
    draw();
    tell(root, "documents");
  };

  const attempt = async (act, one) => {
    try {
      return (await act(one.id)) ?? { problem: SILENT };
    } catch {
      return { problem: SILENT };
    }
  };

  const remove = async (one) => {
    const { problem: why, undo_seconds: seconds } = await attempt(server.remove, one);
    if (!why) {
      removed.set(one.id, one);
      setTimeout(() => forget(one), 1000 * seconds);
      say("Removed “" + one.title + "”. It can be brought back for " + seconds + " seconds.");
    }
    await refresh();
    if (why) complain(why);
    rowOf(one)?.querySelector(".action").focus();
  };

  const restore = async (one) => {
    const { problem: why } = await attempt(server.restore, one);
    removed.delete(one.id);
    if (!why) say("“" + one.title + "” is back.");
    await refresh();
    draw();
    if (why) complain(why);
    (rowOf(one)?.querySelector(".action") ?? find("[data-role=choose]")).focus();
  };

  const forget = (one) => {
    if (!removed.has(one.id)) return;
    const hadFocus = rowOf(one)?.contains(document.activeElement);
    removed.delete(one.id);
    draw();
    if (hadFocus) find("[data-role=choose]").focus();
  };

  const uploads = startUploads(find(".uploads"), find("[data-role=clear]"), { limits: () => known, changed: refresh });

  const open = (from) => {
    opener = from;
    tell(root, "panel", "documents");
    find(mayAdd() ? "[data-role=choose]" : "[data-role=close-documents]").focus();
    refresh();
  };

  const close = () => {
    if (panel.hidden) return;
    tell(root, "panel", "");
    opener?.focus();
  };

  const add = (files) => {
    if (!files.length || !mayAdd()) return;
    if (panel.hidden) open(document.activeElement);
    uploads.add(files);
  };

  const all = () => {
    picked.clear();
    rescope();
  };

  toggle.addEventListener("click", () => (panel.hidden ? open(toggle) : close()));
  scope.addEventListener("click", () => open(scope));
  for (const role of ["add", "choose", "begin-add"])
    root.querySelector("[data-role=" + role + "]").addEventListener("click", () => input.click());
  find("[data-role=all]").addEventListener("click", all);
  find("[data-role=close-documents]").addEventListener("click", close);
  search.addEventListener("input", draw);
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = ""; // so that the same file can be chosen again
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    close();
  });
  root.addEventListener("footnote:panel", ({ detail }) => {
    panel.hidden = detail !== "documents";
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
  });
  root.addEventListener("footnote:want", ({ detail }) => detail.what === "add" && mayAdd() && input.click());
  window.addEventListener("focus", refresh); // another page, or the command line, may have changed something
  startDropping(root, mayAdd, add, complain);
  refresh();
  const scopeOf = () => chosen() && known.documents.filter((one) => picked.has(one.id)).map((one) => one.title);
  return { chosen, scope: scopeOf, all };
};

/* Files can be dropped anywhere on the page. */
const startDropping = (root, mayAdd, add, complain) => {
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  root.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    root.classList.toggle("dropping", mayAdd());
  });
  root.addEventListener("dragleave", (event) => {
    if (!root.contains(event.relatedTarget)) root.classList.remove("dropping");
  });
  root.addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    root.classList.remove("dropping");
    try {
      add(await droppedFiles(event.dataTransfer.items));
    } catch {
      complain("The browser could not read what was dropped: choose the files instead.");
    }
  });
};
