import { page } from "./api.js";

/** Apps holds the server's apps and their functions, kept up to date. */
export class Apps extends EventTarget {
  all = [];
  loaded = false;
  error = null;
  #turn = 0;

  constructor({ stream }) {
    super();
    stream.addEventListener("reset", () => this.load());
    stream.addEventListener("change", (e) => e.detail.apps && this.load());
  }

  get functions() {
    return this.all.flatMap((app) => app.functions);
  }

  get failing() {
    return this.all.filter((app) => app.error).length;
  }

  /** pauses reports whether a run waits because its function is paused. */
  pauses(run) {
    return this.functions.some((fn) => fn.id === run.function && fn.paused);
  }

  /** events returns the names of the events that trigger functions. */
  get events() {
    const names = this.functions.flatMap((fn) => fn.triggers.map((t) => t.event)).filter((name) => name && !name.startsWith("inngest/"));
    return [...new Set(names)].sort();
  }

  async load() {
    const turn = ++this.#turn;
    try {
      const { apps } = await page("apps");
      if (turn !== this.#turn) return;
      this.all = apps;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.loaded = true;
    this.dispatchEvent(new Event("change"));
  }
}
