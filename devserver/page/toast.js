import { h } from "./dom.js";

/** toast says something for a few seconds; a link goes with it if given. */
export function toast(text, link) {
  const el = h("p", { class: "toast" }, text, link && " ", link && h("a", { href: link.href }, link.text));
  document.getElementById("toasts").append(el);
  setTimeout(() => el.remove(), 6000);
}

/** attempt does what a button asks for, and says so if it fails. */
export async function attempt(button, action) {
  button.disabled = true;
  try {
    await action();
  } catch (error) {
    toast(error.message);
  } finally {
    button.disabled = false;
  }
}
