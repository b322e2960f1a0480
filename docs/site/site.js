// The site works without this: it opens the navigation where there is room for it, and searches.
"use strict";

(() => {
  const root = document.body.dataset.root;
  const form = document.querySelector(".search");
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const list = form.querySelector(".found");
  const most = 20; // that are shown

  const wide = window.matchMedia("(min-width: 60rem)");
  const navigation = document.querySelector("nav details");
  const fitNavigation = () => { navigation.open = wide.matches; };
  fitNavigation();
  wide.addEventListener("change", fitNavigation);

  /** "outbox limit" of "--outbox_limit". */
  function plain(title) {
    return title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  /** The index: a script, loaded when somebody first searches. */
  let loading;
  function index() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root}/search.js`;
      script.onload = () => resolve(window.siteIndex.map(([title, page, address, text]) =>
        ({ title, page, address, text, low: { title: plain(title), page: page.toLowerCase(), text: text.toLowerCase() } })));
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  /** How well an entry answers: 0, not at all; every word has to be somewhere in it, best in its title. */
  function score({ low }, words) {
    const asked = words.join(" ");
    let sum = low.title === asked ? 20 : low.title.startsWith(asked) ? 10 : 0;
    for (const word of words) {
      const here = (low.title.startsWith(word) ? 6 : low.title.includes(word) ? 5 : 0) +
        (low.page.includes(word) ? 2 : 0) + (low.text.includes(word) ? 1 : 0);
      if (here === 0) return 0;
      sum += here;
    }
    return sum;
  }

  /** The text around the first of the words. */
  function excerpt({ text, low }, words) {
    const at = Math.min(...words.map((word) => low.text.indexOf(word)).filter((place) => place >= 0));
    const from = Number.isFinite(at) ? Math.max(0, at - 40) : 0;
    return (from > 0 ? "…" : "") + text.slice(from, from + 130) + (text.length > from + 130 ? "…" : "");
  }

  function item(entry, words) {
    const link = document.createElement("a");
    link.href = `${root}/${entry.address}`;
    const title = document.createElement("strong");
    title.textContent = entry.title;
    const where = document.createElement("span");
    where.className = "hint";
    where.textContent = `${entry.page === entry.title ? "" : `${entry.page}: `}${excerpt(entry, words)}`;
    link.append(title, " ", where);
    const row = document.createElement("li");
    row.append(link);
    return row;
  }

  async function search() {
    const words = plain(input.value).split(" ").filter(Boolean);
    const entries = words.length ? await index() : [];
    const found = entries.map((entry) => ({ entry, value: score(entry, words) })).filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value).map(({ entry }) => entry);
    list.replaceChildren(...found.slice(0, most).map((entry) => item(entry, words)));
    list.hidden = found.length === 0;
    status.textContent = words.length === 0 ? "" : found.length === 0 ? "Nothing found" : `${found.length} found`;
    status.classList.toggle("visually-hidden", words.length === 0 || found.length > 0);
  }

  form.hidden = false;
  input.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape") {
      list.hidden = true;
    }
  });
  document.addEventListener("click", (event) => { list.hidden ||= !form.contains(event.target); });
  list.addEventListener("click", () => { list.hidden = true; }); // a part of this page
})();
