/* The filter of the gallery, and its order. The state is in the address; the data is in search/N.js, loaded when the
   reader first uses it. The gallery works without this script. The items that it adds are copies of the list's
   own, or of one in a template where all pictures are in albums, so that they look right with any template. */
(() => {
  "use strict";

  const tools = document.querySelector("[data-search]");
  const list = document.querySelector("[data-gallery]");
  const model = (list?.querySelector("[data-slug]") ?? document.querySelector("template[data-tile]")?.content.querySelector("[data-slug]"));
  if (!tools || !model) return;

  const AT_ONCE = 60;
  const NAMES = ["q", "tag", "class", "network", "sort"];
  const MEASURE = tools.dataset.measure ?? "probability"; // what networks say of a class; nothing else compares with it
  const ORDERS = { "": "Gallery order", title: "By title", probability: `By ${MEASURE}` };
  const still = [...list.children];
  const shards = [];
  let pictures = null;
  let waiting = null;
  let shown = [];

  /* The tools */

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const choice = (name, ariaLabel, first) =>
    make("select", { name, ariaLabel }, make("option", { value: "", textContent: first }));

  const example = tools.dataset.example ? `: word or ${tools.dataset.example}` : "";
  const isAlone = !document.querySelector("script[src$='assets/find.js']"); // as in templates made before the site's search
  const field = make("input", { type: "search", name: "q", autocomplete: "off", spellcheck: false,
    placeholder: `Filter pictures${example}${isAlone ? " (Ctrl K)" : ""}`,
    ariaLabel: "Filter pictures by titles, descriptions, tags, classes, networks and features" });
  const reset = make("button", { type: "reset", textContent: "Clear", hidden: true });
  const status = make("p", { role: "status", className: "soft" });
  const form = make("form", { role: "search", className: "search" }, field,
    choice("tag", "Tag", "Any tag"), choice("class", "Class", "Any class"),
    choice("network", "Network", "Any network"), choice("sort", "Order", ORDERS[""]),
    make("div", { className: "found" }, status, reset));
  tools.append(form);
  const selects = Object.fromEntries([...form.querySelectorAll("select")].map(select => [select.name, select]));
  for (const [value, text] of Object.entries(ORDERS).slice(1)) selects.sort.append(new Option(text, value));
  const filters = (tools.dataset.filters ?? "tag class network").split(" ");
  for (const name of ["tag", "class", "network"]) selects[name].hidden = !filters.includes(name);

  /* The index */

  const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = text => fold(text).split(/[^\p{L}\p{N}_.:-]+/u).filter(Boolean);

  const load = () => {
    waiting ??= new Promise(done => {
      const count = Number(tools.dataset.shards);
      window.galleryShard = (number, shard) => {
        shards[number - 1] = shard;
        if (shards.filter(Boolean).length === count) done(prepare());
      };
      for (let number = 1; number <= count; number++) {
        document.head.append(make("script", { src: `${tools.dataset.root}search/${number}.js` }));
      }
    });
    return waiting;
  };

  const prepare = () => {
    const models = shards[0].models;
    pictures = shards.flatMap(shard => shard.pictures).map((picture, place) => {
      const seen = picture.seen.map((one, index) => one && { ...models[index], guesses: one[0], features: one[1] })
        .filter(Boolean);
      const labels = seen.flatMap(one => one.guesses.map(guess => guess[0]));
      return { ...picture, place, seen,
        words: words([picture.title, picture.alt, picture.album ?? "", picture.caption ?? "", ...picture.tags, ...labels, ...seen.map(one => one.title)].join(" ")),
        features: new Set(seen.flatMap(one => one.layers.flatMap((layer, index) =>
          (one.features[index] || []).map(feature => `${fold(layer)}/${feature}`)))),
        layers: seen.flatMap(one => one.layers.filter((_, index) => one.features[index]).map(fold)) };
    });
    fill(selects.tag, counted(pictures.map(picture => picture.tags)));
    fill(selects.class, counted(pictures.map(picture =>
      picture.seen.filter(one => one.guesses.length).map(one => one.guesses[0][0]))));
    for (const one of models) selects.network.append(new Option(one.title, one.slug));
  };

  const counted = groups => {
    const counts = new Map();
    for (const group of groups) for (const name of new Set(group)) counts.set(name, (counts.get(name) || 0) + 1);
    return [...counts].sort(([one], [other]) => one.localeCompare(other));
  };
  const fill = (select, counts) => {
    for (const [name, count] of counts) select.append(new Option(`${name} (${count})`, name));
  };

  /* Finding */

  const wanted = (picture, query) => {
    // "fire9 44" and "fire9/44" name a feature; a number after any other word is a word
    const rest = fold(query).replace(/(\S+?)[\s/]+(\d+)(?=\s|$)/g, (all, layer, number) => {
      if (!picture.layers.some(name => name.startsWith(layer))) return all;
      return [...picture.features].some(name => name.startsWith(layer) && name.endsWith(`/${number}`)) ? "" : "\u0000";
    });
    return !rest.includes("\u0000") && words(rest).every(word =>
      picture.words.some(other => other.startsWith(word)) || picture.layers.some(name => name.startsWith(word)));
  };
  const share = guess => guess?.share ?? -Infinity;
  const byShare = (one, other) => (share(other) > share(one)) - (share(other) < share(one));

  /* The class shown below a picture: the class filtered by, or else one searched for, each by the network with the
     highest score; or else, as without a search, the first network's top prediction */
  const guess = (picture, state) => {
    const guesses = picture.seen.filter(one => !state.network || one.slug === state.network)
      .flatMap(one => one.guesses.map(([label, share, text]) =>
        ({ label, share: (one.measure ?? "probability") === MEASURE ? share : -Infinity, text, by: one.title })));
    const surest = [...guesses].sort(byShare);
    if (state.class) return surest.find(one => one.label === state.class);
    const asked = words(state.q).find(word => !words(picture.title).some(other => other.startsWith(word)));
    const meant = asked && surest.find(one => words(one.label).some(word => word.startsWith(asked)));
    return meant || guesses[0];
  };

  const find = state => {
    const found = pictures.filter(picture => wanted(picture, state.q))
      .filter(picture => !state.tag || picture.tags.includes(state.tag))
      .filter(picture => !state.network || picture.seen.some(one => one.slug === state.network))
      .map(picture => ({ picture, guess: guess(picture, state) }))
      .filter(one => !state.class || one.guess);
    if (state.sort === "title") found.sort((one, other) => one.picture.title.localeCompare(other.picture.title));
    if (state.sort === "probability") found.sort((one, other) => byShare(one.guess, other.guess));
    return found;
  };

  /* Showing */

  const item = ({ picture, guess: best }) => {
    const copy = model.cloneNode(true);
    const image = copy.querySelector("img");
    const old = image.getAttribute("width") / image.getAttribute("height");
    const [width, height] = picture.size;
    copy.dataset.slug = picture.slug;
    copy.style.setProperty("--ratio", (width / height).toFixed(3));
    for (const element of copy.querySelectorAll("[href], [src], [srcset]")) {
      for (const name of ["href", "src"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, `${tools.dataset.root}${value.slice(value.indexOf("images/"))
          .replace(/^images\/[^/]+\//, `images/${picture.slug}/`)}`);
      }
      const suffix = /thumbnail-\d+\.(\w+)/.exec(element.getAttribute("srcset") || "")?.[1];
      if (suffix) element.srcset = picture.small.map(([name, pixels]) =>
        `${tools.dataset.root}images/${picture.slug}/thumbnail-${name}.${suffix} ${pixels}w`).join(", ");
      if (element.sizes) element.sizes = element.sizes.replace(/([),] ?)([\d.]+)rem/g,
        (_, before, rem) => `${before}${(rem / old * width / height).toFixed(1)}rem`);
    }
    Object.assign(image, { width, height, alt: picture.alt, loading: "lazy" });
    for (const element of [image, ...copy.querySelectorAll(".looks")]) {
      element.classList.toggle("crisp", Boolean(picture.columns));
      element.style.setProperty("--columns", `${picture.columns || 0}px`);
    }
    for (const [place, name] of ["through", "inset"].entries()) {
      const other = copy.querySelector(`img.${name}`);
      if (!other) continue;
      if (!picture.through) other.remove();
      else [other.width, other.height] = picture.through[place];
      other.classList.toggle("pixelated", Boolean(picture.pixelated));
    }
    const title = copy.querySelector(".title");
    if (title) title.textContent = picture.title;
    copy.querySelector(".guess")?.remove();
    if (title && best) title.after("\n", make("span", { className: "guess" }, `${best.label} `,
      make("span", { className: "value", textContent: best.text }), "several" in tools.dataset ? `, ${best.by}` : ""));
    return copy;
  };

  const more = () => {
    const next = shown.splice(0, AT_ONCE).map(item);
    list.append(...next);
    if (shown.length) watch.observe(next.at(-1));
  };
  const watch = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    watch.disconnect();
    more();
  }, { rootMargin: "800px" });

  const show = state => {
    const idle = NAMES.every(name => !state[name]);
    watch.disconnect();
    reset.hidden = idle;
    for (const element of document.querySelectorAll("[data-pages], [data-idle]")) element.hidden = !idle;
    if (idle) {
      list.replaceChildren(...still);
      status.textContent = "";
      return;
    }
    shown = find(state);
    const count = shown.length;
    list.replaceChildren();
    more();
    status.textContent = count ? `${count} of ${pictures.length} pictures` : "No pictures found. Try fewer words.";
  };

  /* The state, in the form and in the address */

  const stated = () => Object.fromEntries(NAMES.map(name => [name, form.elements[name].value.trim()]));
  const addressed = () => {
    const query = new URLSearchParams(location.search);
    return Object.fromEntries(NAMES.map(name => [name, query.get(name) || ""]));
  };
  const address = state => {
    const query = new URLSearchParams(NAMES.filter(name => state[name]).map(name => [name, state[name]])).toString();
    return location.pathname + (query && `?${query}`) + location.hash;
  };
  const update = how => {
    const state = stated();
    if (address(state) !== address(addressed())) history[how](null, "", address(state));
    load().then(() => show(stated()));
  };
  const restore = () => {
    const state = addressed();
    if (!pictures && NAMES.every(name => !state[name])) return;
    load().then(() => {
      for (const name of NAMES) {
        form.elements[name].value = state[name];
        if (form.elements[name].value !== state[name]) form.elements[name].value = ""; // no such choice here
      }
      show(stated());
    });
  };

  form.addEventListener("focusin", load);
  form.addEventListener("pointerenter", load);
  form.addEventListener("submit", event => {
    event.preventDefault();
    update("pushState");
  });
  form.addEventListener("input", event => update(event.target === field ? "replaceState" : "pushState"));
  form.addEventListener("reset", () => setTimeout(() => {
    update("pushState");
    field.focus();
  }));
  field.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (field.value) form.reset();
    else field.blur();
  });
  if (isAlone) document.addEventListener("keydown", event => {
    // no single character: speech input would trigger it (WCAG 2.1.4)
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    field.focus();
  });
  addEventListener("popstate", restore);
  restore();
})();
