/* What a mark stands for, shown while the pointer or the focus is on it: above its line, so that one can read on. */

const PREVIEW_DELAY = 250; // ms
const LONGEST_PREVIEW = 320; // characters

const preview = make("div", { class: "preview", role: "tooltip", id: "footnote-preview", hidden: true });
let previewed = null;
let previewTimer = 0;

const hidePreview = () => {
  clearTimeout(previewTimer);
  previewed?.removeAttribute("aria-describedby");
  previewed = null;
  preview.hidden = true;
};

const showPreview = (mark, citation) => {
  hidePreview();
  previewed = mark;
  const characters = Array.from(citation.quote); // code points, so that none is cut in two
  const quote = characters.slice(0, LONGEST_PREVIEW).join("") + (characters.length > LONGEST_PREVIEW ? " …" : "");
  preview.replaceChildren(make("p", { dir: "auto" }, "“" + quote + "”"), make("p", { class: "where" }, where(citation)));
  preview.hidden = false;
  mark.setAttribute("aria-describedby", preview.id);
  const [at, size] = [mark.getBoundingClientRect(), preview.getBoundingClientRect()];
  const left = Math.min(Math.max(12, at.left - 24), document.documentElement.clientWidth - size.width - 12);
  const above = at.top - size.height - 10;
  preview.style.left = left + "px";
  preview.style.top = (above > 8 ? above : at.bottom + 10) + "px";
};

/* `citation` is asked for when it is needed: while an answer grows it may not be there yet. */
const previewOn = (mark, citation) => {
  const soon = () => {
    clearTimeout(previewTimer);
    previewTimer = setTimeout(() => citation() && showPreview(mark, citation()), PREVIEW_DELAY);
  };
  mark.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && soon());
  mark.addEventListener("focus", () => mark.matches(":focus-visible") && soon());
  for (const gone of ["pointerleave", "blur", "click"]) mark.addEventListener(gone, hidePreview);
};
