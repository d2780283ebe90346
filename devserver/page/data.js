import { h, fill } from "./dom.js";
import { toast } from "./toast.js";

const most = 20_000; // characters shown at first

/** data shows a JSON value under a title, with a button to copy it. */
export function data(title, value) {
  const text = JSON.stringify(value, null, 2) ?? "";
  const pre = h("pre", { tabindex: 0, role: "region", "aria-label": title }, h("code", {}, colour(text.slice(0, most))));
  const rest = text.length > most && h("button", { class: "button slim", type: "button", onclick: (e) => {
    fill(pre, h("code", {}, text)); // without colours, which would take long for megabytes
    pre.focus();
    e.target.remove();
  } }, "Show all");
  return h("div", { class: "data" }, h("div", { class: "data-head" }, h("h3", {}, title), copy(text, "Copy", `Copy ${title.toLowerCase()}`)), pre, rest);
}

/** copy returns a button that copies a text. */
export function copy(text, title, label) {
  return h("button", { class: "button quiet slim", type: "button", "aria-label": label, onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied.");
    } catch {
      toast("The browser did not allow copying.");
    }
  } }, title);
}

const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|-?\d[\d.eE+-]*|true|false|null/g;

/** colour splits JSON text into coloured parts. */
function colour(text) {
  const parts = [];
  let end = 0;
  for (const m of text.matchAll(tokens)) {
    parts.push(text.slice(end, m.index));
    const kind = !m[1] ? "other" : m[2] ? "key" : "string";
    parts.push(h("span", { class: `json-${kind}` }, m[1] ?? m[0]), m[2] ?? "");
    end = m.index + m[0].length;
  }
  return [...parts, text.slice(end)];
}
