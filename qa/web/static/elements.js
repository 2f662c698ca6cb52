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

/* Asks the reader to show a place of a document: {document_id, start, end, content_hash, title}. */
const openSource = (opener, place) => {
  opener.dispatchEvent(new CustomEvent("footnote:open", { bubbles: true, detail: { opener, place } }));
};
