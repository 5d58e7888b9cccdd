/* The embed kit: buttons that copy each text, and one that saves the figure as a PNG of twice its size. */
(() => {
  "use strict";

  const ROOT = new URL("..", document.currentScript.src).href;
  const SERVED = location.protocol.startsWith("http");
  const SCALE = 2;

  document.querySelectorAll("details[data-embed]").forEach(prepare);

  function prepare(kit) {
    const status = make("p", { role: "status" });
    const say = (words) => { status.textContent = words; };
    if (SERVED) address(kit);
    for (const field of kit.querySelectorAll("[data-copy]")) offerCopy(field, say);
    // On a disk every file is its own origin, and a canvas with content of another origin cannot be read.
    if (SERVED) offerPicture(kit, say);
    kit.append(status);
  }

  function make(tag, properties, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /* A gallery built without `base_url` learns its address from the server. */
  function address(kit) {
    const note = kit.querySelector("[data-unaddressed]");
    if (!note) return;
    const figure = new URL(kit.dataset.figure, location).href.slice(ROOT.length);
    const here = kit.querySelector("[data-copy=permalink]").value;
    for (const field of kit.querySelectorAll("[data-copy]")) {
      for (const path of [figure, here]) {
        // In an attribute, as a Markdown link, or as the whole value.
        field.value = field.value.replaceAll(`"${path}"`, `"${ROOT}${path}"`).replaceAll(`](${path})`, `](${ROOT}${path})`);
      }
      if (field.value === here) field.value = ROOT + here;
    }
    note.remove();
  }

  function offerCopy(field, say) {
    const label = field.closest("label");
    const name = label.firstChild.textContent.trim();
    const button = make("button", { type: "button" }, "Copy", make("span", { class: "unseen" }, ` ${name}`));
    button.addEventListener("click", async () => {
      say((await copied(field, button)) ? `${name} copied.` : `${name} is selected; copy it with Ctrl+C or ⌘C.`);
    });
    label.after(button);
  }

  async function copied(field, button) {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      return selected(field, button); // no HTTPS, or no permission
    }
  }

  function selected(field, button) {
    field.select();
    const done = document.execCommand("copy");
    if (done) button.focus();
    return done;
  }

  function offerPicture(kit, say) {
    const drawing = kit.querySelector("[data-downloads] a[download$='.svg']");
    const button = make("button", { type: "button" }, "PNG at 2x");
    button.addEventListener("click", async () => {
      say("Drawing the PNG.");
      const blob = await drawn(kit).catch(() => null);
      if (blob) save(blob, drawing.download.replace(/.svg$/, "@2x.png"));
      say(blob ? "PNG downloaded." : "The browser cannot draw this figure as a PNG.");
    });
    drawing.parentElement.after(make("li", {}, button));
  }

  /* The figure itself is light or dark, as in the page; the background is the browser's own of that scheme. */
  async function drawn(kit) {
    const { figure, width, height } = kit.dataset;
    const image = Object.assign(new Image(), { src: figure });
    await image.decode();
    const canvas = make("canvas", { width: SCALE * width, height: SCALE * height, hidden: "" });
    canvas.style.backgroundColor = "Canvas";
    kit.append(canvas);
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(canvas).backgroundColor;
    canvas.remove();
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  function save(blob, name) {
    const url = URL.createObjectURL(blob);
    make("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }
})();
