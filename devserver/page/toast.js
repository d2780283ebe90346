import { h } from "./dom.js";

/** toast shows a text for a few seconds, with a link if one is given. */
export function toast(text, link) {
  const el = h("p", { class: "toast" }, text, link && " ", link && h("a", { href: link.href }, link.text));
  document.getElementById("toasts").append(el);
  setTimeout(() => el.remove(), 6000);
}

/**
 * attempt runs the action of a button, once at a time. It shows an error in a
 * toast, or by say. The button is not disabled meanwhile, which would take the
 * focus from it.
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
