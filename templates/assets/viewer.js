/* The full-screen view of a picture's page: one pair at a time, with zoom; keys, buttons and swipes go to other pairs.
   All views of a pair move together, so that a place in the picture stays beside its reconstruction. Everything
   shown is in the page already; without a script, a pair links to its figure. */
(() => {
  "use strict";

  const DEEPEST = 8;
  const STEP = 1.5;
  const PAN_PX = 80;
  const SWIPE_PX = 48;
  const HINT = "Keys: ← → feature, ↑ ↓ layer, Home, End, + − 0 zoom, Shift with arrows moves, m map, f full screen, Esc closes";

  const pairs = [...document.querySelectorAll("figure[data-layer][data-figure] li[data-pair]")].map(read);
  const layers = [...new Set(pairs.map((pair) => pair.figure))];
  const view = { zoom: 1, x: 0, y: 0 };
  const fingers = new Map();
  let current = null;
  let mapped = true;
  let swipe = null;
  let preloaded = [];

  if (!window.HTMLDialogElement) return;

  const parts = build();
  const { dialog, frame, stage, halves } = parts;
  listen();
  follow();

  function read(item, index) {
    const figure = item.closest("figure");
    const link = item.querySelector("a");
    const { place, feature, pair } = item.dataset;
    const { viewWidth, viewHeight, views, figure: file } = figure.dataset;
    return {
      index, figure, item, name: link.textContent.trim(), place: Number(place), views: views.split(" "),
      width: Number(viewWidth), height: Number(viewHeight),
      facts: item.querySelector(".soft").textContent.trim(),
      network: item.closest("[data-model]").querySelector("h2").textContent.trim(),
      page: link.href,
      source: (view) => `${file}#${pair.replace(/view$/, view)}`,
      // The feature's number, not its place: the address stays valid if a later build shows more features.
      hash: `#view=${encodeURI(figure.id)}/${feature}`,
    };
  }

  /* The dialog, made here because it does not work without a script */

  function make(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function button(text, name, key, act) {
    const made = make("button", { type: "button", title: `${name} (${key})`, "aria-label": name }, text);
    // Not `disabled`: a button would lose the focus at the last pair, and the dialog its keys.
    made.addEventListener("click", () => made.getAttribute("aria-disabled") === "true" || act());
    return made;
  }

  function build() {
    const made = {
      name: make("p", { id: "viewer-name", class: "layer-name" }),
      facts: make("p", { class: "soft" }),
      halves: pairs[0].views.map(() => make("div", { class: "half" }, make("img", { draggable: "false" }))),
      page: make("a", { href: pairs[0].page }, "This feature’s page"),
      left: button("←", "Previous feature", "←", () => move(beside(-1))),
      right: button("→", "Next feature", "→", () => move(beside(1))),
      up: button("↑", "Previous layer", "↑", () => move(across(-1))),
      down: button("↓", "Next layer", "↓", () => move(across(1))),
      out: button("−", "Zoom out", "−", () => zoom(1 / STEP)),
      whole: button("1×", "Whole pair", "0", () => zoom(0)),
      closer: button("+", "Zoom in", "+", () => zoom(STEP)),
      map: button("Map", "Map", "m", toggleMap),
      full: button("Full screen", "Full screen", "f", toggleFullscreen),
      close: button("×", "Close", "Esc", leave),
    };
    const row = (...children) => make("span", {}, ...children);
    made.full.hidden = !document.fullscreenEnabled;
    made.stage = make("div", { class: "stage" }, ...made.halves);
    made.frame = make("div", {},
      make("div", { class: "bar-above" }, make("div", { role: "status", "aria-atomic": true }, made.name, made.facts), made.close),
      made.stage,
      make("div", { class: "controls", role: "group", "aria-label": "Controls" }, row(made.left, made.right),
        row(made.up, made.down), row(made.out, made.whole, made.closer), row(made.map, made.full), made.page),
      make("p", { class: "soft keys" }, HINT));
    made.dialog = make("dialog", { class: "viewer", "aria-labelledby": "viewer-name", tabindex: -1 }, made.frame);
    document.body.append(made.dialog);
    return made;
  }

  /* The current pair, and ways to others */

  function open(pair) {
    history.scrollRestoration = "manual"; // after closing, the page scrolls to the layer instead
    history.pushState({ viewer: true }, "", pair.hash);
    show(pair);
  }

  function move(pair) {
    if (!pair) return;
    history.replaceState(history.state, "", pair.hash);
    show(pair);
  }

  function leave() {
    if (history.state?.viewer) return history.back();
    history.replaceState(null, "", `#${encodeURI(current.figure.id)}`);
    follow();
  }

  function follow() {
    const pair = pairs.find((known) => known.hash === location.hash);
    if (pair) show(pair);
    else if (dialog.open) dialog.close();
  }

  function beside(step) {
    return pairs[current.index + step];
  }

  function across(step) {
    const row = rowOf(layers[layers.indexOf(current.figure) + step]);
    return row[Math.min(current.place, row.length - 1)];
  }

  function rowOf(figure) {
    return pairs.filter((pair) => pair.figure === figure);
  }

  function show(pair) {
    current = pair;
    parts.name.textContent = pair.name;
    parts.facts.textContent = `${pair.network} · ${pair.facts} · ${pair.index + 1} of ${pairs.length}`;
    parts.page.href = pair.page;
    paint();
    if (!dialog.open) appear();
    measure();
    const ends = { left: beside(-1), right: beside(1), up: across(-1), down: across(1) };
    for (const [name, there] of Object.entries(ends)) end(parts[name], !there);
    const near = Object.values(ends).filter(Boolean);
    preloaded = near.map((one) => Object.assign(new Image(), { src: one.source(one.views[0]) }));
  }

  function paint() {
    const words = { map: "where it is active", reconstruction: "its reconstruction", "map.plain": "the picture" };
    halves.forEach((half, place) => {
      const view = current.views[place] === "map" && !mapped ? "map.plain" : current.views[place];
      half.firstChild.src = current.source(view);
      half.firstChild.alt = `${current.name}: ${words[view] ?? "the picture where its reconstruction is strong"}`;
    });
    parts.map.setAttribute("aria-pressed", mapped);
  }

  function appear() {
    Object.assign(view, { zoom: 1, x: 0, y: 0 });
    dialog.showModal();
    dialog.focus(); // not a button: screen readers say the name, and Enter does nothing
  }

  function closed() {
    if (document.fullscreenElement) document.exitFullscreen();
    // Browsers let a second Escape close any dialog; then the address must change too.
    if (location.hash === current.hash) history.replaceState(null, "", `#${encodeURI(current.figure.id)}`);
    current.item.scrollIntoView({ block: "nearest", behavior: "instant" });
    current.item.querySelector("a[data-open]").focus({ preventScroll: true });
    history.scrollRestoration = "auto";
  }

  function toggleMap() {
    mapped = !mapped;
    paint();
  }

  function toggleFullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else frame.requestFullscreen?.().catch(() => {}); // refused by the browser: the dialog fills the window anyway
  }

  function end(element, reached) {
    element.setAttribute("aria-disabled", reached);
  }

  /* Zoom and pan: the picture always fills its half */

  function measure() {
    const ratio = current.width / current.height;
    const { clientWidth: width, clientHeight: height } = stage;
    const beside = Math.min(width / halves.length, height * ratio);
    const stacked = Math.min(width, (height / halves.length) * ratio);
    const across = Math.max(beside, stacked);
    stage.classList.toggle("stacked", stacked > beside);
    for (const half of halves) {
      half.style.width = `${across}px`;
      half.style.height = `${across / ratio}px`;
    }
    place();
  }

  function place() {
    view.x = clamp(view.x, (halves[0].clientWidth * (view.zoom - 1)) / 2);
    view.y = clamp(view.y, (halves[0].clientHeight * (view.zoom - 1)) / 2);
    for (const half of halves) {
      half.firstChild.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`;
    }
    parts.whole.textContent = `${Number(view.zoom.toFixed(1))}×`;
    parts.whole.setAttribute("aria-label", `${parts.whole.textContent}, whole pair`);
    end(parts.out, view.zoom === 1);
    end(parts.whole, view.zoom === 1);
    end(parts.closer, view.zoom === DEEPEST);
  }

  function clamp(value, limit) {
    return Math.max(-limit, Math.min(limit, value));
  }

  /* The point under (clientX, clientY) stays in place; without a point, the middle does. */
  function zoom(factor, clientX, clientY) {
    const { x, y } = clientX === undefined ? { x: 0, y: 0 } : within(clientX, clientY);
    const zoomed = Math.max(1, Math.min(DEEPEST, view.zoom * factor));
    view.x = x - ((x - view.x) * zoomed) / view.zoom;
    view.y = y - ((y - view.y) * zoomed) / view.zoom;
    view.zoom = zoomed;
    place();
  }

  /* The point relative to the middle of the nearer half. */
  function within(clientX, clientY) {
    const from = halves.map((half) => {
      const box = half.getBoundingClientRect();
      return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
    });
    return from.reduce((best, one) => (Math.hypot(one.x, one.y) < Math.hypot(best.x, best.y) ? one : best));
  }

  function pan(x, y) {
    view.x += x;
    view.y += y;
    place();
  }

  function wheel(event) {
    event.preventDefault();
    const px = event.deltaY * (event.deltaMode ? 30 : 1); // some browsers count lines
    zoom(Math.exp(-px * (event.ctrlKey ? 0.01 : 0.002)), event.clientX, event.clientY); // a pinch on a trackpad has Ctrl
  }

  function press(event) {
    if (event.button) return;
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    swipe = fingers.size === 1 && event.pointerType === "touch" && view.zoom === 1 ? event : null;
  }

  function drag(event) {
    if (!fingers.has(event.pointerId)) return;
    const before = grip();
    fingers.set(event.pointerId, event);
    const after = grip();
    pan(after.x - before.x, after.y - before.y);
    if (before.apart) zoom(after.apart / before.apart, after.x, after.y);
  }

  function grip() {
    const [a, b = a] = fingers.values();
    return {
      x: (a.clientX + b.clientX) / 2,
      y: (a.clientY + b.clientY) / 2,
      apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
    };
  }

  function release(event) {
    fingers.delete(event.pointerId);
    if (!swipe || event.type === "pointercancel") return;
    const x = event.clientX - swipe.clientX;
    const y = event.clientY - swipe.clientY;
    swipe = null;
    if (Math.max(Math.abs(x), Math.abs(y)) < SWIPE_PX) return;
    move(Math.abs(x) > Math.abs(y) ? beside(x < 0 ? 1 : -1) : across(y < 0 ? 1 : -1));
  }

  /* Keys */

  const KEYS = {
    ArrowLeft: () => move(beside(-1)),
    ArrowRight: () => move(beside(1)),
    ArrowUp: () => move(across(-1)),
    ArrowDown: () => move(across(1)),
    Home: () => move(pairs[0]),
    End: () => move(pairs.at(-1)),
    "+": () => zoom(STEP),
    "=": () => zoom(STEP),
    "-": () => zoom(1 / STEP),
    0: () => zoom(0),
    m: toggleMap,
    f: toggleFullscreen,
  };
  const PANS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  function key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!dialog.open) return turn(event);
    const way = event.shiftKey && PANS[event.key];
    if (way) pan(way[0] * PAN_PX, way[1] * PAN_PX);
    else if (KEYS[event.key]) KEYS[event.key]();
    else return;
    event.preventDefault();
  }

  /* Outside the dialog only ← and → are keys, and only while nothing has the focus and nothing scrolls sideways. Letters
     and punctuation would be triggered by speech input, and other keys belong to browsers and screen readers. */
  function turn(event) {
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const root = document.documentElement;
    const busy = event.shiftKey || (document.activeElement ?? document.body) !== document.body;
    if (!rel || busy || root.scrollWidth > root.clientWidth || visualViewport.scale > 1) return;
    document.querySelector(`a[rel=${rel}]`)?.click();
  }

  /* The page */

  function click(event) {
    const link = event.target.closest("a[data-open]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(pairs.find((pair) => pair.item.contains(link)));
  }

  function listen() {
    for (const link of document.querySelectorAll("a[data-open]")) link.setAttribute("aria-haspopup", "dialog");
    document.addEventListener("click", click);
    document.addEventListener("keydown", key);
    addEventListener("popstate", follow);
    addEventListener("resize", () => dialog.open && measure());
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
    dialog.addEventListener("close", closed);
    stage.addEventListener("wheel", wheel, { passive: false });
    stage.addEventListener("dblclick", (event) => zoom(view.zoom > 1 ? 0 : 3, event.clientX, event.clientY));
    stage.addEventListener("pointerdown", press);
    stage.addEventListener("pointermove", drag);
    stage.addEventListener("pointerup", release);
    stage.addEventListener("pointercancel", release);
  }
})();
