// Brings new messages, edits and read marks into an open thread, without a reload and without moving what is being read.

const PAUSE = 5_000;
const LONGEST = 60_000;
const LOOK_BACK = 20;

export function followThread() {
  const thread = document.querySelector("[data-poll]");
  if (thread) new Follower(thread).start();
}

class Follower {
  constructor(thread) {
    this.thread = thread;
    this.pill = document.querySelector("[data-poll-pill]");
    this.status = document.querySelector("[data-poll-status]");
    this.etags = new Map();
    this.pause = PAUSE;
    this.timer = null;
  }

  start() {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.wait(0)));
    this.pill.addEventListener("click", () => this.goToNew());
    new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) this.pill.hidden = true;
    }).observe(this.bottomMark());
    if (!document.hidden) this.wait(PAUSE);
  }

  bottomMark() {
    const mark = document.createElement("div");
    this.thread.after(mark);
    return mark;
  }

  stop() {
    clearTimeout(this.timer);
  }

  wait(pause = this.pause) {
    this.stop();
    this.timer = setTimeout(() => this.ask(), pause);
  }

  async ask() {
    const url = this.address();
    try {
      const known = this.etags.get(url);
      const answer = await fetch(url, {
        cache: "no-store",
        headers: { "X-Requested-With": "poll", ...(known && { "If-None-Match": known }) },
      });
      if ([401, 403, 404].includes(answer.status) || answer.redirected) return;
      if (answer.status === 200) this.take(await answer.text(), url, answer.headers.get("ETag"));
      this.pause = answer.status < 400 ? PAUSE : this.longer();
    } catch {
      this.pause = this.longer();
    }
    if (!document.hidden) this.wait();
  }

  longer() {
    return Math.min(this.pause * 2, LONGEST);
  }

  address() {
    const url = new URL(this.thread.dataset.poll, location.href);
    url.searchParams.set("after", Math.max(0, this.lastPosition() - LOOK_BACK));
    return url.href;
  }

  lastPosition() {
    return Math.max(0, ...this.messages().map((message) => Number(message.dataset.position)));
  }

  messages() {
    return [...this.thread.querySelectorAll("[data-position]")];
  }

  take(html, url, etag) {
    const page = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html");
    const last = this.lastPosition();
    let day = null;
    let first = null;
    for (const item of [...page.querySelectorAll("li[data-position], li[data-day]")]) {
      if (item.dataset.day) day = item;
      else if (Number(item.dataset.position) <= last) this.renew(item);
      else {
        this.append(day, item);
        first ??= item;
      }
    }
    if (etag) this.etags = new Map([[url, etag]]);
    if (first) this.announce(first);
  }

  // Replaces a message that changed, unless somebody is just doing something in it.
  renew(item) {
    const shown = document.getElementById(item.id);
    if (!shown || shown.contains(document.activeElement) || shown.isEqualNode(item)) return;
    shown.replaceWith(document.adoptNode(item));
  }

  append(day, item) {
    const days = this.thread.querySelectorAll("[data-day]");
    const lastDay = days.length ? days[days.length - 1].dataset.day : null;
    if (day && day.dataset.day !== lastDay) this.thread.append(document.adoptNode(day));
    this.thread.append(document.adoptNode(item));
    document.querySelector("[data-thread-empty]")?.remove();
    if (item.hasAttribute("data-event")) document.querySelector("[data-stale]")?.removeAttribute("hidden");
  }

  announce(first) {
    if (first.hasAttribute("data-own")) return;
    this.firstNew ??= first;
    this.status.textContent = "";
    requestAnimationFrame(() => (this.status.textContent = this.thread.dataset.new));
    const below = first.getBoundingClientRect().top > window.innerHeight;
    if (below) this.pill.hidden = false;
  }

  goToNew() {
    this.pill.hidden = true;
    const first = this.firstNew;
    this.firstNew = null;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
    first.scrollIntoView({ block: "center" });
  }
}
