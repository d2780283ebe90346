import { h } from "./dom.js";

/** toast says something for a few seconds; a link goes with it if given. */
export function toast(text, link) {
  const el = h("p", { class: "toast" }, text, link && " ", link && h("a", { href: link.href }, link.text));
  document.getElementById("toasts").append(el);
  setTimeout(() => el.remove(), 6000);
}

/**
 * attempt does what a button asks for, once at a time, and says so if it fails,
 * in a toast unless there is a better place. The button is not disabled
 * meanwhile: that would take the focus from it.
 */
export async function attempt(button, action, say = toast) {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    await action();
  } catch (error) {
    say(error.message);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
