/* The source panel: the words that were cited, where they stand. */

const startReader = (root, source) => {
  const panel = root.querySelector(".reader");
  const title = panel.querySelector(".reader-title");
  const about = panel.querySelector(".reader-about");
  const text = panel.querySelector(".reader-text");
  let opener = null;
  let opening = 0;

  const STATES = {
    unchanged: "unchanged since it was cited",
    changed: "changed since it was cited",
    removed: "removed since it was cited",
  };
  const fileName = (path) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"), path.indexOf(":")) + 1);

  const press = (next) => {
    opener?.setAttribute("aria-expanded", "false");
    opener = next;
    if (opener?.classList.contains("mark")) opener.setAttribute("aria-expanded", "true");
  };

  const drawText = (excerpt) => {
    const mark = make("mark", { tabindex: "-1" }, excerpt.quote);
    text.replaceChildren(
      ...(excerpt.starts_early ? [make("p", { class: "more" }, "…")] : []),
      make("div", { class: "words" }, excerpt.before, mark, excerpt.after),
      ...(excerpt.ends_late ? [make("p", { class: "more" }, "…")] : []),
    );
    // Not scrollIntoView, which would move the page as well.
    const above = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += above - text.clientHeight / 5;
    mark.focus({ preventScroll: true });
  };

  /* On a phone the panel is a sheet over the answer: the sentence that was asked about stays above it. */
  const keepInSight = () => {
    const below = opener.getBoundingClientRect().bottom + 12 - panel.getBoundingClientRect().top;
    if (getComputedStyle(panel).position === "absolute" && below > 0) root.querySelector(".scroll").scrollTop += below;
  };

  /* The place is there no more, so only the words that were cited can be shown. */
  const drawQuote = (place) => {
    const words = place.quote ?? place.text ?? "";
    text.replaceChildren(make("p", { class: "more" }, "The words that were cited:"), make("div", { class: "words" }, words));
    text.scrollTop = 0;
    text.focus({ preventScroll: true });
  };

  const show = async ({ opener: next, place }) => {
    const mine = ++opening;
    press(next);
    let excerpt = null;
    try {
      const { document_id, start, end, content_hash } = place;
      excerpt = await source({ document_id, start, end, content_hash });
    } catch {
      excerpt = null; // the server is gone or could not read its store
    }
    if (mine !== opening) return;
    panel.hidden = false;
    root.classList.add("reading");
    title.textContent = excerpt?.title || place.title;
    const state = excerpt ? STATES[excerpt.state] : "cannot be opened now: is Footnote still running?";
    const file = fileName(excerpt?.source || place.source);
    about.textContent = (file && file !== title.textContent ? file + " · " : "") + state;
    keepInSight();
    if (excerpt?.state === "unchanged") drawText(excerpt);
    else drawQuote(place);
  };

  const close = () => {
    if (panel.hidden) return;
    const back = opener;
    opening += 1;
    press(null);
    panel.hidden = true;
    root.classList.remove("reading");
    text.replaceChildren();
    back?.focus();
  };

  root.addEventListener("footnote:open", (event) => show(event.detail));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  panel.querySelector("[data-role=close]").addEventListener("click", close);
};
