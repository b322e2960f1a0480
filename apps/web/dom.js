// The few things that are done with the document all over the page.

/** element("a", { href: "/" }, "home"): attributes that are false or null are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

export function show(shown, isShown) {
  shown.hidden = !isShown;
}

/** A table with a heading row; the first cell of a row names it. */
export function table(caption, columns, rows) {
  const heading = (scope, { text, isNumber }) => element("th", { scope, class: isNumber && "number" }, text);
  return element("div", { class: "scroll", role: "group", "aria-label": caption, tabindex: "0" },
    element("table", {},
      element("caption", { class: "visually-hidden" }, caption),
      element("thead", {}, element("tr", {}, ...columns.map((column) => heading("col", column)))),
      element("tbody", {}, ...rows.map((row) =>
        element("tr", { class: row.class }, ...row.cells.map((cell, i) =>
          element(i === 0 ? "th" : "td", { scope: i === 0 && "row", class: columns[i].isNumber && "number" }, cell)))))));
}
