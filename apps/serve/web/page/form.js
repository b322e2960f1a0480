// The form in which a stone is described.
import { byId, element, show } from "./dom.js";
import { grades, quantities, read } from "./stone.js";
import { fill } from "./words.js";

const examples = { carat: 1.05, depth: 61.5, table: 57, x: 6.5, y: 6.5, z: 4.02 };

export class StoneForm {
  /** `changed` is called when a stone was changed and left: with each choice of a grade, and where a number is finished. */
  constructor(changed) {
    this.form = byId("stone-form");
    this.changed = changed;
    this.form.addEventListener("change", () => this.#announce());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#announce({ isAsked: true });
    });
    this.form.addEventListener("reset", () => setTimeout(() => {
      this.assume({});
      this.#announce();
      this.form.elements.carat.focus();
    }));
  }

  /** In this language; what was written stays. */
  draw(words, format) {
    this.words = words;
    this.format = format;
    const written = this.form.elements.carat ? this.written() : {};
    byId("stone-fields").replaceChildren(
      this.#quantity("carat"),
      ...Object.keys(grades).map((field) => this.#grades(field)),
      element("fieldset", { class: "measures" },
        element("legend", {}, words.sizes, " ", element("span", { class: "hint" }, words.sizesHint)),
        ...["x", "y", "z", "depth", "table"].map((field) => this.#quantity(field))));
    this.write(written);
  }

  /** As it stands in the form, texts. */
  written() {
    return Object.fromEntries(new FormData(this.form));
  }

  /** Only these fields, or all that there are. */
  write(written) {
    for (const [field, text] of Object.entries(written)) {
      const control = this.form.elements[field];
      if (control) control.value = text;
    }
    this.#tellMeanings();
  }

  /** Shows in empty fields what the service has assumed. */
  assume(assumed) {
    for (const field of Object.keys(quantities))
      this.form.elements[field].placeholder = field in assumed ? `≈ ${this.format.plain(assumed[field])}` : "";
  }

  #announce({ isAsked = false } = {}) {
    const reading = read(this.written());
    this.#tellFaults(reading.faults);
    this.#tellMeanings();
    const { missing } = reading;
    const isBegun = isAsked || Object.keys(reading.stone).length > 0;
    byId("missing").textContent = missing.length === 0 || !isBegun ? "" :
      fill(this.words.missing, { fields: this.format.list(missing.map((field) => this.words[field])) });
    if (isAsked) this.#goToFirst([...Object.keys(reading.faults), ...missing]);
    this.changed(reading);
  }

  #goToFirst(fields) {
    if (fields.length === 0) return;
    const control = this.form.elements[fields[0]];
    (control instanceof RadioNodeList ? control[0] : control).focus();
  }

  #tellFaults(faults) {
    for (const field of Object.keys(quantities)) {
      const input = this.form.elements[field];
      const fault = byId(`${field}-fault`);
      show(fault, field in faults);
      input.setAttribute("aria-invalid", String(field in faults));
      fault.textContent = field in faults
        ? fill(this.words.faults[faults[field]], { example: this.format.plain(examples[field]), most: quantities[field].most }) : "";
    }
  }

  #tellMeanings() {
    for (const field of Object.keys(grades))
      byId(`${field}-meaning`).textContent = this.words.meanings[this.form.elements[field].value] ?? "";
  }

  #quantity(field) {
    const { unit, isNeeded } = quantities[field];
    return element("p", { class: `quantity ${field}` },
      element("label", { for: field }, this.words[field],
        ["x", "y", "z"].includes(field) ? element("span", { class: "hint" }, ` ${field}`) : null),
      element("span", { class: "with-unit" },
        element("input", { id: field, name: field, inputmode: "decimal", required: isNeeded, size: "6", maxlength: "12",
                           "aria-describedby": `${field}-fault` }),
        element("span", { class: "unit" }, unit)),
      element("span", { id: `${field}-fault`, class: "fault", hidden: true }));
  }

  #grades(field) {
    const of = (grade) => {
      const id = `${field}-${grade.replace(" ", "-")}`;
      return [element("input", { type: "radio", id, name: field, value: grade, "aria-describedby": `${field}-meaning` }),
              element("label", { for: id, title: this.words.meanings[grade] }, grade)];
    };
    return element("fieldset", { class: "grades" },
      element("legend", {}, this.words[field],
        element("span", { class: "hint" }, ` ${this.words.best} → ${this.words.worst}`)),
      element("div", { class: "buttons" }, ...grades[field].flatMap(of)),
      element("p", { id: `${field}-meaning`, class: "hint meaning", role: "status" }));
  }
}
