/* Conversations outlive a reload and a restart: each is kept in the browser under the id in the page's address, so that
   every tab has its own. */

const PREFIX = "footnote:conversation:";
const KEPT = 40; // conversations; the oldest go first

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => (byte % 36).toString(36)).join("");

const startMemory = () => {
  let id = /^#c=([a-z0-9]{1,40})$/.exec(location.hash)?.[1] ?? null;

  const names = () => {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    } catch {
      return []; // the browser keeps nothing for us
    }
  };
  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? {};
    } catch {
      return {};
    }
  };
  const age = (name) => read(name).at ?? 0;
  const forgetOldest = () => {
    const [oldest] = names().sort((one, other) => age(one) - age(other));
    if (oldest) localStorage.removeItem(oldest);
    return Boolean(oldest);
  };

  /* What the browser no longer lets us keep is still on the page. */
  const keep = (turns) => {
    if (!id) {
      id = newId();
      history.replaceState(history.state, "", "#c=" + id);
    }
    const text = JSON.stringify({ at: Date.now(), turns });
    for (let tries = 0; tries < KEPT; tries += 1) {
      try {
        localStorage.setItem(PREFIX + id, text);
        break;
      } catch {
        if (!forgetOldest()) return;
      }
    }
    while (names().length > KEPT && forgetOldest());
  };

  const recall = () => {
    const { turns } = id ? read(PREFIX + id) : {};
    return Array.isArray(turns) ? turns.filter((turn) => typeof turn?.question === "string") : [];
  };

  const begin = () => {
    id = null;
    history.pushState(null, "", location.pathname + location.search); // so that one can go back to it
  };

  return { keep, recall, begin };
};
