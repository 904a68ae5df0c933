// Elements, made without markup: what a user typed is only ever text.

/**
 * An element. `on...` properties are listeners, `class` and names with a dash are attributes, everything else is set on
 * the element; children that are null or false are left out.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class" || name === "for" || name === "role" || name.includes("-"))
      element.setAttribute(name, value);
    else element[name] = value;
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
}

/** What somebody else wrote, in its own direction of writing. */
export function text(value) {
  return el("bdi", {}, String(value));
}

/** A table with a caption; what is wider than the page can be scrolled by mouse and by keyboard. */
export function table(caption, headings, rows, empty) {
  if (rows.length === 0) return el("p", { class: "soft" }, empty);
  const head = el(
    "thead",
    {},
    el(
      "tr",
      {},
      headings.map((heading) => el("th", { scope: "col" }, heading)),
    ),
  );
  const body = el("tbody", {}, rows);
  const inner = el("table", {}, el("caption", {}, caption), head, body);
  return el("div", { class: "scroll", role: "region", "aria-label": caption, tabIndex: 0 }, inner);
}

export function row(...cells) {
  return el(
    "tr",
    {},
    cells.map((cell) => el("td", {}, cell)),
  );
}

/** Names and values. */
export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return el(
    "dl",
    {},
    shown.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );
}

export function field(label, properties = {}) {
  const { options, ...rest } = properties;
  const input = options
    ? el(
        "select",
        rest,
        options.map((option) => el("option", { value: option.value ?? option }, option.label ?? option)),
      )
    : el("input", { autocomplete: "off", spellcheck: false, ...rest });
  return el("label", {}, label, input);
}

/**
 * A form that runs `submit` with its fields' values, once at a time. What goes wrong is said beside it.
 */
export function form(properties, fields, submit) {
  const { label, ...rest } = properties;
  const button = el("button", {}, label);
  const said = el("p", { class: "bad", role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    said.textContent = "";
    button.disabled = true;
    try {
      await submit(Object.fromEntries(new FormData(event.target)), event.target);
    } catch (error) {
      said.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  };
  return el("form", { ...rest, onsubmit: send }, fields, button, said);
}

/** A button that runs `act`; it asks first where what it does cannot be undone. */
export function button(label, act, properties = {}) {
  const { confirm: question, ...rest } = properties;
  const run = async (event) => {
    if (question && !(await sure(question, label))) return;
    event.target.disabled = true;
    try {
      await act(event);
    } catch (error) {
      notice(error.message, true);
    } finally {
      event.target.disabled = false;
    }
  };
  return el("button", { type: "button", ...rest, onclick: run }, label);
}

function sure(question, label) {
  return new Promise((answer) => {
    const close = (value) => () => dialog.close(value);
    const dialog = el(
      "dialog",
      { "aria-label": question, onclose: () => (dialog.remove(), answer(dialog.returnValue === "yes")) },
      el("p", {}, question),
      el(
        "div",
        { class: "row" },
        el("button", { type: "button", onclick: close("yes") }, label),
        el("button", { type: "button", class: "plain", onclick: close("no") }, "Cancel"),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Copies a text, and says so. */
export function copy(label, value) {
  return button(
    label,
    async () => {
      await navigator.clipboard.writeText(value);
      notice("Copied.");
    },
    { class: "plain small" },
  );
}

/** Says something at the foot of the page, to those who listen to it too. */
export function notice(words, isBad = false) {
  const place = document.getElementById("notice");
  place.textContent = words;
  place.className = isBad ? "bad" : "";
  clearTimeout(notice.timer);
  if (!isBad) notice.timer = setTimeout(() => (place.textContent = ""), 4000);
}

/** A time in seconds after 1970, as people read it. */
export function time(seconds) {
  if (seconds === undefined || seconds === null) return "";
  const date = new Date(seconds * 1000);
  return el("time", { dateTime: date.toISOString() }, date.toISOString().slice(0, 19).replace("T", " "));
}
