/* Two panels of a picture side by side, each chosen by network, layer and method. The choice is in the address, so
   that you can share it, reload it and go back to it. */
(() => {
  "use strict";

  const NAMES = ["left", "right"];
  const PARTS = ["network", "layer", "method"];
  const all = document.querySelector("[data-compare]");
  if (!all) return;

  const panels = [...all.querySelectorAll(".method")];
  const found = (name) => panels.find((panel) => panel.id === name);
  const warning = make("p", { className: "warning" });
  const sides = NAMES.map(makeSide);
  build();
  restore();
  addEventListener("popstate", restore);

  function make(kind, properties, ...children) {
    const element = Object.assign(document.createElement(kind), properties);
    element.append(...children);
    return element;
  }

  function build() {
    const title = make("h2", { id: "side-by-side", textContent: "Side by side" });
    const swap = make("button", { className: "swap", type: "button", textContent: "Swap sides" });
    swap.addEventListener("click", () => choose(sides[1].panel, sides[0].panel));
    warning.setAttribute("role", "status");
    const both = make("div", { className: "sides" }, ...sides.map((side) => side.element));
    const section = make("section", {}, title, warning, swap, both);
    section.setAttribute("aria-labelledby", title.id);
    all.before(section);
  }

  function makeSide(name) {
    const shown = make("div", {});
    const title = make("h3", { textContent: name === "left" ? "Left" : "Right", id: `side-${name}` });
    const selects = PARTS.map(() => make("select", {}));
    const labels = selects.map((select, place) => make("label", {}, PARTS[place], select));
    const choices = make("div", { className: "choices" }, ...labels);
    const element = make("section", { className: "side" }, title, choices, shown);
    element.setAttribute("aria-labelledby", title.id);
    const side = { element, selects, shown, panel: null };
    selects.forEach((select, place) => select.addEventListener("change", () => turn(side, place)));
    return side;
  }

  /* A new network keeps the layer if it has one of that name, else takes one as deep; the method is kept if it can be. */
  function turn(side, place) {
    const [model, layer, method] = side.selects.map((select) => select.value);
    const old = side.panel.dataset;
    const before = layers(old.model);
    const after = layers(model);
    const depth = Math.floor((before.indexOf(old.layer) * after.length) / before.length);
    const wanted = place || after.includes(layer) ? layer : after[depth];
    const fitting = panels.filter((panel) => panel.dataset.model === model && panel.dataset.layer === wanted);
    const panel = fitting.find((one) => one.dataset.method === method) || fitting[0];
    choose(...sides.map((one) => (one === side ? panel : one.panel)));
  }

  function layers(model) {
    const own = panels.filter((panel) => panel.dataset.model === model);
    return [...new Set(own.map((panel) => panel.dataset.layer))];
  }

  function choose(...chosen) {
    const words = chosen.map((panel, place) => `${NAMES[place]}=${encodeURIComponent(panel.id)}`);
    history.pushState(null, "", `?${words.join("&").replace(/%2F/g, "/")}`);
    restore();
  }

  function restore() {
    const query = new URLSearchParams(location.search);
    const wrong = [];
    sides.forEach((side, place) => {
      const wanted = query.get(NAMES[place]);
      if (wanted !== null && !found(wanted)) wrong.push(wanted);
      show(side, found(wanted) || found(all.dataset[NAMES[place]]));
    });
    const missing = wrong.map((name) => `“${name}”`).join(" nor ");
    warning.textContent = wrong.length ? `This picture has no panel ${missing}; another is shown instead.` : "";
  }

  function show(side, panel) {
    if (side.panel === panel) return;
    side.panel = panel;
    const { model, layer, method, network } = panel.dataset;
    const same = panels.filter((one) => one.dataset.model === model && one.dataset.layer === layer);
    fill(side.selects[0], panels.map((one) => [one.dataset.model, one.dataset.network]), model);
    fill(side.selects[1], layers(model).map((one) => [one, one]), layer);
    fill(side.selects[2], same.map((one) => [one.dataset.method, one.dataset.method]), method);
    const copy = panel.cloneNode(true);
    copy.removeAttribute("id");
    copy.querySelector("figcaption a").textContent = `${layer} of ${network}: ${method.toLowerCase()}`;
    side.shown.replaceChildren(copy);
  }

  function fill(select, choices, value) {
    const options = [...new Map(choices)].map(([word, text]) => new Option(text, word));
    select.replaceChildren(...options);
    select.value = value;
  }
})();
