/* Elements from data. Text only ever becomes text: nothing here, or that uses this, sets markup. */

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
};

const drawnFrom = new WeakMap();

/* Makes the children of a parent those of the items. What hasn't changed stays, and with it the focus. */
const keepDrawn = (parent, items, draw) => {
  items.forEach((item, place) => {
    const key = JSON.stringify(item);
    const old = parent.children[place];
    if (old && drawnFrom.get(old) === key) return;
    const node = draw(item);
    drawnFrom.set(node, key);
    if (old) old.replaceWith(node);
    else parent.append(node);
  });
  while (parent.children.length > items.length) parent.lastElementChild.remove();
};

/* Has a screen reader say something, once. */
const say = (words) => (element.querySelector("[data-role=said]").textContent = words);

/* The parts of the page talk by events, which bubble to its root. */
const tell = (node, name, detail) => node.dispatchEvent(new CustomEvent("footnote:" + name, { bubbles: true, detail }));

/* Asks the reader to show a place of a document; `among` are the citations to step through from there. */
const openSource = (opener, place, among = []) => tell(opener, "open", { opener, place, among });

/* Asks to add a document ("add"), or to ask the last question of all documents ("all"). */
const askFor = (opener, what) => tell(opener, "want", { opener, what });

const SIGNED_OUT = "You are signed out: reload the page to sign in again.";

/* What keeps the server from answering this page: null if nothing does. */
const obstacle = async (silent) => {
  try {
    const response = await fetch("gradio_api/app_id", { cache: "no-store" });
    if (response.ok) return null;
    return response.status === 401 ? SIGNED_OUT : (await response.json()).detail;
  } catch {
    return silent;
  }
};

const copyText = async (button, text) => {
  const said = (button.dataset.name ??= button.textContent);
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "The browser refused";
  }
  setTimeout(() => (button.textContent = said), 1_500);
};
