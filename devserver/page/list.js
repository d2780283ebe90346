import { h, Keyed } from "./dom.js";

const spare = 8; // rows above and below the visible ones

/**
 * List shows any number of items, with elements only for the visible rows. Rows
 * are links; one of them is in the tab order, and the arrow keys move between
 * them.
 */
export class List {
  #items = [];
  #active = 0;
  #scroll = 0;
  #height = 44;
  #keyed;

  /** row(item) returns {el, update(item)}, whose el is a link. */
  constructor({ label, key, row, more }) {
    this.key = key;
    this.more = more;
    this.rows = h("ul", { role: "list", "aria-label": label });
    this.el = h("div", { class: "scroller", onscroll: () => this.#scrolled(), onkeydown: (e) => this.#pressed(e), onfocusin: (e) => this.#focused(e) }, this.rows);
    this.#keyed = new Keyed(this.rows, { key, make: (item) => this.#make(item, row) });
    new ResizeObserver(() => this.#draw()).observe(this.el);
  }

  #make(item, row) {
    const part = row(item);
    const el = h("li", { "data-key": this.key(item) }, part.el);
    return { el, link: part.el, update: (next) => part.update(next) };
  }

  /** set replaces the items. The visible rows stay in place when new items arrive above. */
  set(items) {
    const first = this.#items[Math.floor(this.#scroll / this.#height)];
    const focused = this.#items[this.#active];
    const had = this.el.contains(document.activeElement);
    this.#items = [...items];
    if (focused) this.#active = Math.max(0, this.#find(focused, this.#active));
    if (first && this.#scroll > 0) {
      const before = Math.floor(this.#scroll / this.#height);
      const now = this.#find(first, before);
      if (now >= 0 && now !== before) {
        this.rows.style.height = `${this.#items.length * this.#height}px`;
        this.#scroll += (now - before) * this.#height;
        this.el.scrollTop = this.#scroll;
      }
    }
    this.#draw();
    if (had && !this.el.contains(document.activeElement)) this.#move(this.#active); // the row with the focus is gone
  }

  /** find returns an item's index. It tries the previous index first. */
  #find(item, near) {
    const key = this.key(item);
    const is = (other) => other && this.key(other) === key;
    if (is(this.#items[near])) return near;
    return this.#items.findIndex(is);
  }

  #scrolled() {
    if (!this.el.isConnected || this.el.clientHeight === 0) return;
    this.#scroll = this.el.scrollTop;
    this.#draw();
  }

  #draw() {
    if (!this.el.isConnected || this.el.clientHeight === 0) return;
    this.#height = parseFloat(getComputedStyle(this.el).getPropertyValue("--row")) || 44;
    const total = this.#items.length;
    this.rows.style.height = `${total * this.#height}px`;
    const from = Math.max(0, Math.floor(this.#scroll / this.#height) - spare);
    const to = Math.min(total, Math.ceil((this.#scroll + this.el.clientHeight) / this.#height) + spare);
    const shown = this.#items.slice(from, to);
    const active = this.#items[this.#active];
    if (active && this.#active < from) shown.unshift(active);
    if (active && this.#active >= to) shown.push(active);
    this.#keyed.show(shown);
    shown.forEach((item) => {
      const at = item === active ? this.#active : from + shown.indexOf(item) - (this.#active < from && active ? 1 : 0);
      const part = this.#keyed.part(this.key(item));
      part.el.style.transform = `translateY(${at * this.#height}px)`;
      part.el.setAttribute("aria-setsize", total);
      part.el.setAttribute("aria-posinset", at + 1);
      part.link.tabIndex = at === this.#active ? 0 : -1;
    });
    if (to > total - 2 * spare) this.more();
  }

  /** focus moves the focus to the last active row, or to the first. */
  focus() {
    this.el.scrollTop = this.#scroll;
    this.#move(this.#active);
  }

  /** restore scrolls back to the position before the list was hidden. */
  restore() {
    this.el.scrollTop = this.#scroll;
    this.#draw();
  }

  #focused(e) {
    const key = e.target.closest("li")?.dataset.key;
    const at = this.#items.findIndex((item) => this.key(item) === key);
    if (at >= 0 && at !== this.#active) {
      this.#active = at;
      this.#draw();
    }
  }

  #pressed(e) {
    const page = Math.max(1, Math.floor(this.el.clientHeight / this.#height) - 1);
    const moves = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const by = moves[e.key];
    if (by === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    this.#move(this.#active + by);
  }

  #move(to) {
    if (this.#items.length === 0) return;
    this.#active = Math.min(this.#items.length - 1, Math.max(0, to));
    const top = this.#active * this.#height;
    if (top < this.el.scrollTop) this.el.scrollTop = top;
    else if (top + this.#height > this.el.scrollTop + this.el.clientHeight) this.el.scrollTop = top + this.#height - this.el.clientHeight;
    this.#scroll = this.el.scrollTop;
    this.#draw();
    this.#keyed.part(this.key(this.#items[this.#active]))?.link.focus({ preventScroll: true });
  }
}
