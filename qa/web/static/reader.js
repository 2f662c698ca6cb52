/* The source panel: the words that were cited, where they stand. */

const AROUND = 1_500; // characters of context on each side at first
const MOST_AROUND = 96_000;

const STATES = {
  unchanged: "unchanged since it was cited",
  changed: "source changed since it was cited",
  removed: "source deleted since it was cited",
};

/* The page that says what has become of a place, and shows the document. */
const permalink = ({ document_id, start, end, content_hash: hash }) =>
  "../d/" + encodeURIComponent(document_id) + "?" + new URLSearchParams({ start, end, ...(hash && { hash }) }) + "#quote";

const fileName = (path) => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"), path.indexOf(":")) + 1);

const startReader = (root, source) => {
  const panel = root.querySelector(".reader");
  const find = (selector) => panel.querySelector(selector);
  const [title, about, text] = [".reader-title", ".reader-about", ".reader-text"].map(find);
  const [foot, previous, next] = [".reader-foot", "[data-role=previous]", "[data-role=next]"].map(find);
  let opener = null;
  let shown = null; // {place, among, around}
  let opening = 0;

  const press = (button) => {
    opener?.setAttribute("aria-expanded", "false");
    opener = button;
    if (opener?.classList.contains("mark")) opener.setAttribute("aria-expanded", "true");
  };

  const drawMore = (side) =>
    make("button", { type: "button", class: "more", onclick: () => show({ ...shown, around: 4 * shown.around }, false) }, side);

  const drawText = (excerpt, first) => {
    const mark = make("mark", { tabindex: "-1" }, excerpt.quote);
    const more = shown.around < MOST_AROUND;
    const standing = first ? null : text.querySelector("mark").getBoundingClientRect().top;
    text.replaceChildren(
      ...(excerpt.starts_early ? [more ? drawMore("Earlier text") : make("p", { class: "more" }, "…")] : []),
      make("div", { class: "words", dir: "auto" }, excerpt.before, mark, excerpt.after),
      ...(excerpt.ends_late ? [more ? drawMore("Later text") : make("p", { class: "more" }, "…")] : []),
    );
    // Not scrollIntoView, which would move the page as well.
    const to = standing ?? text.getBoundingClientRect().top + text.clientHeight / 5;
    text.scrollTop += mark.getBoundingClientRect().top - to;
    mark.focus({ preventScroll: true });
  };

  /* The place is there no more, so only the words that were cited can be shown; and the way to what is there now. */
  const drawQuote = (place, hasChanged) => {
    const words = place.quote ?? place.text ?? place.opening ?? "";
    const now = make("a", { class: "link", href: permalink(place), target: "_blank" }, "See the source as it is now");
    text.replaceChildren(
      make("p", { class: "more" }, "The words that were cited:"),
      make("div", { class: "words", dir: "auto" }, words),
      ...(hasChanged ? [make("p", { class: "more" }, now)] : []),
    );
    text.scrollTop = 0;
    text.focus({ preventScroll: true });
  };

  const drawFoot = () => {
    const { place, among } = shown;
    const at = among.findIndex((other) => other.number === place.number);
    foot.hidden = at < 0;
    previous.disabled = at <= 0;
    next.disabled = at >= among.length - 1;
    find("[data-role=place]").textContent = at + 1 + " of " + among.length;
  };

  /* On a phone the panel is a sheet over the answer: the sentence that was asked about stays above it. */
  const isSheet = () => getComputedStyle(panel).position === "absolute";
  const keepInSight = () => {
    const below = opener.getBoundingClientRect().bottom + 12 - panel.getBoundingClientRect().top;
    if (isSheet() && below > 0) root.querySelector(".scroll").scrollTop += below;
  };

  const show = async (wanted, first = true) => {
    const mine = ++opening;
    const { document_id, start, end, content_hash } = wanted.place;
    let excerpt = null;
    try {
      excerpt = await source({ document_id, start, end, content_hash, around: Math.min(wanted.around, MOST_AROUND) });
    } catch {
      excerpt = null; // the server is gone or could not read its store
    }
    if (mine !== opening) return;
    shown = wanted;
    tell(root, "panel", "source");
    title.textContent = excerpt?.title || shown.place.title;
    const state = excerpt ? STATES[excerpt.state] : "cannot be opened now: is Footnote still running?";
    const file = fileName(excerpt?.source || shown.place.source);
    about.textContent = (file && file !== title.textContent ? file + " · " : "") + state;
    drawFoot();
    if (first) keepInSight();
    if (excerpt?.state === "unchanged") drawText(excerpt, first);
    else drawQuote(shown.place, excerpt?.state === "changed");
  };

  const step = (by) => {
    const at = shown.among.findIndex((other) => other.number === shown.place.number);
    const place = shown.among[at + by];
    if (!place) return;
    const turn = opener?.closest(".turn");
    press(turn?.querySelector('.mark[aria-label="Citation ' + place.number + '"]') ?? opener);
    show({ ...shown, place, around: AROUND });
  };

  const close = () => {
    if (panel.hidden) return;
    const back = opener;
    tell(root, "panel", "");
    back?.focus();
  };

  root.addEventListener("footnote:open", ({ detail }) => {
    press(detail.opener);
    show({ place: detail.place, among: detail.among, around: AROUND });
  });
  root.addEventListener("footnote:panel", ({ detail }) => {
    panel.hidden = detail !== "source";
    root.classList.toggle("reading", Boolean(detail));
    if (!panel.hidden) return;
    opening += 1;
    press(null);
    text.replaceChildren();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || panel.hidden) return;
    event.preventDefault();
    close();
  });
  root.querySelector(".composer").addEventListener("focusin", () => {
    if (!panel.hidden && isSheet()) tell(root, "panel", ""); // which would cover what has the focus
  });
  find("[data-role=close]").addEventListener("click", close);
  previous.addEventListener("click", () => step(-1));
  next.addEventListener("click", () => step(1));
  find("[data-role=copy-quote]").addEventListener("click", (event) =>
    copyText(event.currentTarget, "“" + shown.place.quote + "” (" + where(shown.place) + ")"),
  );
  return { step, close };
};
