import { h } from "./dom.js";

const keys = [
  [["↑", "↓"], "Move in a list or timeline (also k and j)"],
  [["Enter"], "Open"],
  [["Esc"], "Back"],
  [["/"], "Search"],
  [["e"], "Send an event"],
  [["1", "2", "3", "4"], "Runs, events, functions, apps"],
  [["?"], "This list"],
];

/** openHelp shows the keyboard shortcuts. */
export function openHelp() {
  const el = h("dialog", { "aria-labelledby": "help-title", class: "help" },
    h("div", { class: "dialog-head" }, h("h2", { id: "help-title" }, "Keyboard"), h("button", { class: "button quiet icon-only", type: "button", "aria-label": "Close", onclick: () => el.close() }, "✕")),
    h("div", { class: "dialog-body" }, h("dl", { class: "keys" }, keys.flatMap(([names, does]) => [h("dt", { class: "cluster" }, names.map((k) => h("kbd", {}, k))), h("dd", {}, does)]))));
  el.addEventListener("close", () => el.remove());
  document.body.append(el);
  el.showModal();
}
