// Only this file creates elements. Data is always inserted as text: there is no
// way to pass markup.

/** h creates an element. A property "on…" adds a listener, "style" sets custom properties. */
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(el, name, value);
  el.append(...children.flat().filter((c) => c != null && c !== false));
  return el;
}

function set(el, name, value) {
  if (value == null || value === false) return;
  if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
  else if (name === "style") for (const [k, v] of Object.entries(value)) el.style.setProperty(k, v);
  else el.setAttribute(name, value === true ? "" : value);
}

/** fill replaces an element's children. */
export function fill(el, ...children) {
  el.replaceChildren(...children.flat().filter((c) => c != null && c !== false));
  return el;
}

/** tone sets an element's colour by its meaning. */
export function tone(el, name) {
  el.classList.remove("tone-ok", "tone-bad", "tone-busy", "tone-wait", "tone-off");
  el.classList.add(`tone-${name}`);
}

/** whenNew returns a function that draws only when its data has changed, so that focus and selection stay. */
export function whenNew(draw) {
  let drawn;
  return (shown) => {
    const now = JSON.stringify(shown);
    if (now === drawn) return;
    drawn = now;
    draw(shown);
  };
}

/**
 * Keyed holds one child for each item. It updates the child of an item instead of
 * creating a new one, so focus and animations stay.
 */
export class Keyed {
  #parts = new Map();

  constructor(parent, { key, make }) {
    Object.assign(this, { parent, key, make });
  }

  /**
   * show creates, updates, orders and removes children to match items. It removes
   * first: moving a child would take the focus from it.
   */
  show(items) {
    const wanted = new Set(items.map(this.key));
    for (const [key, part] of this.#parts) if (!wanted.has(key)) part.el.remove();
    const kept = new Map();
    let at = this.parent.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      const part = this.#parts.get(key) ?? this.make(item);
      part.update(item);
      kept.set(key, part);
      if (at === part.el) at = at.nextElementSibling;
      else this.parent.insertBefore(part.el, at);
    }
    this.#parts = kept;
  }

  part(key) {
    return this.#parts.get(key);
  }
}
