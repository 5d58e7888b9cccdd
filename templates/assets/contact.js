/* Sorts the contact sheet of a layer. Without this script it is sorted by strength. */
(() => {
  "use strict";

  const ORDERS = [
    ["Strongest first", (a, b) => b.strongest - a.strongest || a.number - b.number],
    ["By number", (a, b) => a.number - b.number],
    ["Active in most pictures", (a, b) => b.active - a.active || a.number - b.number],
    ["Active in fewest", (a, b) => a.active - b.active || a.number - b.number],
  ];
  const sheet = document.querySelector("[data-contact]");
  if (!sheet) return;

  const group = document.createElement("div");
  group.className = "orders";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Order of the features");
  const buttons = ORDERS.map(([name, order], place) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: name });
    button.setAttribute("aria-pressed", String(place === 0));
    button.addEventListener("click", () => {
      sheet.append(...[...sheet.children].sort((a, b) => order(a.dataset, b.dataset)));
      buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    });
    return button;
  });
  group.append(...buttons);
  sheet.before(group);
})();
