/* The search of the whole site, on every page: a dialog with a field and a list of results, grouped by kind. The index is
   in search/entries.js and the files that it names, scripts because a page opened from a disk may read nothing else; they
   and the dialog's style are loaded when the reader first searches. Every page works without this script. */
(() => {
  "use strict";

  const root = new URL("..", document.currentScript.src);
  const KINDS = { feature: "Features", layer: "Layers", class: "Classes", network: "Networks", picture: "Pictures",
    album: "Albums", tag: "Tags", page: "Pages" };
  const AT_FIRST = 5;
  const MORE = 50;
  const REST_MS = 150; // pictures wait until the reader rests: a panel has 100 KB
  const LONGEST = 110;
  const BEFORE = 12; // letters before a word that is found in a text; on a phone a line has 40
  const RANKS = 6;

  let entries = null;
  let failed = false;
  let isLoading = false;
  let parts = null;
  let shown = [];
  let limits = {};
  let active = -1;
  let frame = 0;
  let rest = 0;
  const pictures = new Map();

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /* The index */

  const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const plain = text => fold(text).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  // Scripts without spaces between words: there, words are found anywhere
  const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

  const waiting = new Map();
  const file = name => new Promise((done, fail) => {
    waiting.set(name, done);
    const src = new URL(name ? `search/entries/${name}.js` : "search/entries.js", root);
    const script = make("script", { src });
    script.addEventListener("error", fail);
    document.head.append(script);
  });
  /* The style of the dialog, which is not seen before */
  const dress = dialog => {
    const link = make("link", { rel: "stylesheet", href: new URL("assets/find.css", root) });
    dialog.style.opacity = 0;
    for (const event of ["load", "error"]) link.addEventListener(event, () => dialog.style.removeProperty("opacity"));
    document.head.append(link);
  };

  const load = async () => {
    window.galleryEntries = (name, found) => waiting.get(name)(found);
    const first = await file("");
    const others = await Promise.allSettled(first.files.map(file));
    failed = others.some(one => one.status === "rejected");
    return [...others.map(one => one.value ?? { groups: [] }), first].flatMap(one => one.groups).flatMap(prepared);
  };

  const prepared = ({ kind, note = "", ratio = 0, shared, entries: rows }) =>
    rows.map(([name = "", link = "", picture = "", own = "", ...texts]) => {
      const full = shared[0] + name;
      const key = ` ${plain(full)} `;
      return { kind, ratio, name: full, link: shared[1] + link, picture: shared[2] + picture, key,
        all: `${key}${[...texts, note].map(plain).join(" ")} `, texts: [own || note, note, ...texts] };
    });

  /* Finding: every word must begin a word of the name or of a text. The first rank is the name itself, then names with
     all words whole, names that begin so, names with all beginnings, and the same in the texts */

  const asked = text => {
    const words = plain(text).split(" ").filter(Boolean);
    return { words, key: ` ${words.join(" ")}`, wholes: words.map(word => ` ${word} `),
      starts: words.map(word => (UNSPACED.test(word) ? word : ` ${word}`)) };
  };
  const every = (text, needles) => needles.every(needle => text.includes(needle));
  const rank = ({ key, all }, query) => {
    if (!every(all, query.starts)) return RANKS;
    if (key === `${query.key} `) return 0;
    if (every(key, query.wholes)) return 1;
    if (key.startsWith(query.key)) return 2;
    if (every(key, query.starts)) return 3;
    return every(all, query.wholes) ? 4 : 5;
  };

  /* kind -> its results, best first; the kind with the best result first */
  const find = query => {
    const found = new Map();
    for (const entry of query.words.length ? entries : []) {
      const place = rank(entry, query);
      if (place === RANKS) continue;
      if (!found.has(entry.kind)) found.set(entry.kind, Array.from({ length: RANKS }, () => []));
      found.get(entry.kind)[place].push(entry);
    }
    const order = Object.keys(KINDS);
    const best = ranks => ranks.findIndex(some => some.length);
    return [...found].sort(([one, ranks], [other, others]) =>
      best(ranks) - best(others) || order.indexOf(one) - order.indexOf(other))
      .map(([kind, ranks]) => [kind, ranks.flat()]);
  };

  /* Showing */

  const isFound = (token, query) => {
    const folded = fold(token);
    return query.words.some(word => folded.startsWith(word) || (UNSPACED.test(word) && folded.includes(word)));
  };
  const marked = (text, query) => text.split(/([\p{L}\p{N}\p{M}]+)/u).filter(Boolean)
    .map(token => (isFound(token, query) ? make("mark", {}, token) : token));

  /* What is said below a name: its note, or the first text with a word that the name lacks, cut around that word */
  const said = (entry, query) => {
    const missing = query.starts.find(start => !entry.key.includes(start));
    if (!missing) return entry.texts[0];
    const text = entry.texts.find(one => ` ${plain(one)}`.includes(missing)) ?? entry.texts[0];
    if (text.length <= LONGEST) return text;
    const place = [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].find(token => isFound(token[0], query))?.index ?? 0;
    const start = place > BEFORE ? text.lastIndexOf(" ", place - BEFORE) + 1 : 0;
    return `${start ? "… " : ""}${text.slice(start, start + LONGEST)} …`;
  };

  const option = (attributes, ...children) => {
    const made = make(attributes.href ? "a" : "div", { role: "option", id: `find-${shown.length}`, tabindex: -1,
      "aria-selected": false, ...attributes }, ...children);
    shown.push(made);
    return made;
  };

  const result = (entry, query) => {
    const box = make("span", { class: "small-picture" });
    if (entry.picture) box.dataset.picture = entry.picture;
    if (entry.ratio) box.style.setProperty("--ratio", entry.ratio);
    if (pictures.has(entry.picture)) box.append(pictures.get(entry.picture));
    const note = said(entry, query);
    return option({ href: new URL(entry.link, root) }, box, make("span", { class: "words" },
      make("span", { class: "name" }, ...marked(entry.name, query)),
      ...(note ? [" ", make("span", { class: "soft" }, ...marked(note, query))] : [])));
  };

  const group = ([kind, found], query) => {
    const limit = limits[kind] ?? AT_FIRST;
    const heading = make("p", { id: `find-${kind}`, role: "presentation" }, `${KINDS[kind]} `,
      make("span", { class: "soft" }, number(found.length)));
    const made = make("div", { role: "group", "aria-labelledby": heading.id }, heading,
      ...found.slice(0, limit).map(entry => result(entry, query)));
    const left = found.length - limit;
    if (left > 0) {
      const more = left > MORE ? `${MORE} of ${number(left)} more` : `${left} more`;
      made.append(option({ "data-more": kind, class: "more" }, `Show ${more}`));
    }
    return made;
  };

  const number = count => count.toLocaleString("en");

  /* "30 features (pool1/7), 3 layers (pool1) and 1 picture (Zebra)" */
  const contents = () => {
    const all = Object.keys(KINDS).map(kind => entries.filter(entry => entry.kind === kind)).filter(some => some.length)
      .map(some => `${number(some.length)} ${some.length > 1 ? KINDS[some[0].kind].toLowerCase() : some[0].kind} (${some[0].name})`);
    return new Intl.ListFormat("en").format(all);
  };

  const show = () => {
    const text = parts.field.value.trim();
    const query = asked(text);
    const groups = find(query);
    const count = groups.reduce((sum, [, found]) => sum + found.length, 0);
    const can = entries.length ? ` You can search ${contents()}.` : " This site has nothing to search yet.";
    shown = [];
    parts.list.replaceChildren(...groups.map(one => group(one, query)));
    parts.field.setAttribute("aria-expanded", count > 0);
    parts.list.hidden = !count;
    parts.status.textContent = (count ? `${number(count)} result${count > 1 ? "s" : ""}`
      : text ? `Nothing found for “${text}”.${can}` : can.trim())
      + (failed ? " A part of the index could not be loaded." : "");
    select(Math.min(Math.max(active, 0), shown.length - 1));
    clearTimeout(rest);
    rest = setTimeout(picture, REST_MS);
  };

  const picture = () => {
    for (const box of parts.list.querySelectorAll("[data-picture]:empty")) {
      const name = box.dataset.picture;
      if (!pictures.has(name)) pictures.set(name, make("img", { src: new URL(name, root), alt: "" }));
      const image = pictures.get(name);
      box.append(image.isConnected ? image.cloneNode() : image);
    }
  };

  const select = place => {
    shown[active]?.setAttribute("aria-selected", false);
    active = place;
    const element = shown[active];
    if (!element) return parts.field.removeAttribute("aria-activedescendant");
    element.setAttribute("aria-selected", true);
    element.scrollIntoView({ block: "nearest" });
    parts.field.setAttribute("aria-activedescendant", element.id);
  };

  /* Of letters typed within a frame only the last is searched for; a key that needs the list does not wait */
  const soon = () => {
    limits = {};
    active = 0;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(now);
  };
  const now = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    if (entries) show();
  };

  /* The dialog */

  const KEYS = {
    ArrowDown: () => select((active + 1) % (shown.length || 1)),
    ArrowUp: () => select((active + shown.length - 1) % (shown.length || 1)),
    Enter: () => shown[active]?.click(),
    Escape: () => (parts.field.value ? clear() : parts.dialog.close()),
  };

  const clear = () => {
    parts.field.value = "";
    soon();
  };

  const key = event => {
    // The field keeps the focus for a frame after the dialog is closed
    if (!parts.dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // the full-screen view behind has keys of its own
    if (event.isComposing || !KEYS[event.key] || (event.key !== "Escape" && event.target !== parts.field)) return;
    event.preventDefault();
    if (frame) now();
    KEYS[event.key]();
  };

  const click = event => {
    const found = event.target.closest("[role=option]");
    const stays = event.ctrlKey || event.metaKey || event.shiftKey;
    if (event.target === parts.dialog || (found?.href && !stays)) parts.dialog.close();
    if (!found?.dataset.more) return;
    limits[found.dataset.more] = (limits[found.dataset.more] ?? AT_FIRST) + MORE;
    active = shown.indexOf(found);
    show();
    parts.field.focus();
  };

  const build = () => {
    const field = make("input", { type: "text", role: "combobox", "aria-label": "Search this site", "aria-expanded": false,
      "aria-controls": "find-results", "aria-autocomplete": "list", autocomplete: "off", autocapitalize: "off",
      spellcheck: false, enterkeyhint: "go", placeholder: "Search this site" });
    const close = make("button", { type: "button", "aria-label": "Close" }, "×");
    const status = make("p", { role: "status", class: "soft" });
    const list = make("div", { role: "listbox", id: "find-results", "aria-label": "Results", hidden: "" });
    const dialog = make("dialog", { class: "find", "aria-label": "Search" },
      make("div", {}, make("div", { role: "search", class: "asked" }, field, close), status, list));
    field.addEventListener("input", soon);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("keydown", key);
    dialog.addEventListener("click", click);
    document.body.append(dialog);
    dress(dialog);
    return { dialog, field, status, list };
  };

  const open = async () => {
    parts ??= build();
    if (!parts.dialog.open) parts.dialog.showModal();
    parts.field.focus(); // at once, so that no letter is lost
    parts.field.select();
    if (entries || isLoading) return;
    isLoading = true;
    parts.status.textContent = "Loading the index.";
    try {
      entries = await load();
      soon();
    } catch {
      parts.status.textContent = "The index of this site could not be loaded."; // the next opening tries again
    }
    isLoading = false;
  };

  for (const button of document.querySelectorAll("[data-find]")) button.addEventListener("click", open);
  document.addEventListener("keydown", event => {
    // no single character: speech input would trigger it (WCAG 2.1.4)
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
})();
