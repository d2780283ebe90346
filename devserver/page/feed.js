import { count } from "./format.js";
import { page } from "./api.js";

const size = 100;

/**
 * Feed is a list of the server, newest first: the loaded part, and the number of
 * all items. It merges changes from the stream.
 */
export class Feed extends EventTarget {
  items = [];
  total = 0;
  counts = {};
  filter = {};
  loading = true;
  error = null;
  #next = null;
  #byId = new Map();
  #turn = 0;
  #late = 0;
  #meanwhile = []; // changes during a request, whose answer may not include them

  /** matches returns whether the server's list includes an item, or null if that is unknown here. */
  constructor(name, { stream, matches }) {
    super();
    Object.assign(this, { name, matches });
    stream.addEventListener("reset", () => this.reload());
    this.reload();
    stream.addEventListener("change", (e) => this.#news(e.detail));
  }

  /** narrow sets the filter. */
  narrow(filter) {
    this.filter = filter;
    this.items = [];
    this.total = 0;
    return this.reload();
  }

  /** reload loads the newest items again; the old ones stay until they arrive. */
  reload() {
    clearTimeout(this.#late);
    this.#late = 0;
    return this.#load({ ...this.filter, limit: Math.max(size, Math.min(this.items.length, 10 * size)) }, (answer) => {
      this.items = answer[this.name];
      this.#byId = new Map(this.items.map((item) => [item.id, item]));
    });
  }

  /** more loads the next items. */
  more() {
    if (!this.loading && this.#next !== null) this.#more();
  }

  #more() {
    return this.#load({ ...this.filter, limit: size, before: this.#next }, (answer) => {
      for (const item of answer[this.name]) this.#put(item, true);
    });
  }

  async #load(params, take) {
    const turn = ++this.#turn;
    this.loading = true;
    if (!params.before) this.#changed();
    try {
      const answer = await page(this.name, params);
      if (turn !== this.#turn) return; // a later request was faster
      this.error = null;
      this.total = answer.total;
      this.counts = answer.counts ?? {};
      this.#next = answer.next ?? null;
      take(answer);
      for (const change of this.#meanwhile.splice(0)) this.#merge(change);
      if (this.#next !== null && this.items.length < params.limit) return this.#more(); // the server searches a part at a time
    } catch (error) {
      if (turn !== this.#turn) return;
      this.error = error;
    }
    this.loading = false;
    this.#changed();
  }

  #news(change) {
    if (!change[this.name]?.length) return;
    if (this.loading) this.#meanwhile.push(change);
    this.#merge(change);
    this.#changed();
  }

  #merge(change) {
    const news = change[this.name];
    let unsure = false;
    for (const item of news) {
      const fits = this.matches(item, this.filter);
      if (fits === null && !this.#byId.has(item.id)) unsure = true;
      else if (fits === false) this.#drop(item.id);
      else this.#put(item, false);
    }
    if (this.filtered) {
      if (unsure || change.counts) this.#soon();
    } else {
      this.total = change.totals?.[this.name] ?? this.total;
    }
    if (change.counts && this.name === "runs" && !this.filter.q && !this.filter.function) this.counts = change.counts;
  }

  /** found returns how many items there are, or how many were found so far. */
  get found() {
    if (!this.filter.q && !this.filter.function) return count(this.total);
    return count(this.items.length) + (this.#next === null ? "" : "+");
  }

  get filtered() {
    return Object.values(this.filter).some(Boolean);
  }

  /** soon reloads once, however many changes arrive meanwhile. */
  #soon() {
    if (!this.#late) this.#late = setTimeout(() => this.reload(), 400);
  }

  #put(item, older) {
    const known = this.#byId.get(item.id);
    this.#byId.set(item.id, item);
    if (known) {
      this.items[this.items.indexOf(known)] = item;
    } else if (older) {
      this.items.push(item);
    } else {
      item.fresh = true;
      this.items.splice(this.#place(item), 0, item);
    }
  }

  /** place returns the index of a new item: ids are ordered by time. */
  #place(item) {
    const at = this.items.findIndex((other) => other.id <= item.id);
    return at < 0 ? this.items.length : at;
  }

  #drop(id) {
    const known = this.#byId.get(id);
    if (!known) return;
    this.#byId.delete(id);
    this.items.splice(this.items.indexOf(known), 1);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
