// Requests, sign-ins, triggers and messages as they happen, with the reason of a refusal that the app is not told.

import { append, button, el, field, text, time } from "./dom.js";
import { events, listen } from "./live.js";

export const title = "Activity";
const KINDS = { request: "Requests", sign_in: "Sign-ins", trigger: "Triggers", message: "Messages" };
const SHOWN = 300;

export function draw({ view, isShown }) {
  const wanted = new Set(Object.keys(KINDS));
  const list = el("ol", { class: "activity" });
  const empty = el("p", { class: "soft" }, "Nothing has happened yet. Call the server from your app, and watch.");
  let words = "";
  let from = 0;
  let isPaused = false;
  const fits = (event) => event.id > from && wanted.has(event.kind) && event.text.toLowerCase().includes(words);
  const show = () => {
    list.replaceChildren(...events.filter(fits).slice(-SHOWN).reverse().map(line));
    empty.hidden = list.children.length > 0;
  };
  const kinds = Object.entries(KINDS).map(([kind, label]) =>
    el(
      "label",
      { class: "check" },
      el("input", {
        type: "checkbox",
        checked: true,
        onchange: (event) => (event.target.checked ? wanted.add(kind) : wanted.delete(kind), show()),
      }),
      ` ${label}`,
    ),
  );
  const pause = button(
    "Pause",
    () => {
      isPaused = !isPaused;
      pause.textContent = isPaused ? "Go on" : "Pause";
      if (!isPaused) show();
    },
    { class: "plain" },
  );
  const clear = button("Clear", () => ((from = events.at(-1)?.id ?? 0), show()), { class: "plain" });
  const search = field("With the text", {
    type: "search",
    oninput: (event) => ((words = event.target.value.toLowerCase()), show()),
  });
  append(view, [
    el("div", { class: "row" }, el("fieldset", {}, el("legend", {}, "Show"), kinds), search, pause, clear),
    empty,
    el("div", { class: "log", role: "log", "aria-label": "Activity", tabIndex: 0 }, list),
  ]);
  show();
  return listen((event) => {
    if (isPaused || !isShown()) return;
    if (event.id < from) from = 0;
    if (!fits(event)) return;
    empty.hidden = true;
    list.prepend(line(event));
    if (list.children.length > SHOWN) list.lastChild.remove();
  });
}

function line({ kind, data }) {
  const { said, isBad, reason } = summary(kind, data);
  return el(
    "li",
    { class: isBad ? "refused" : "" },
    el(
      "details",
      {},
      el(
        "summary",
        {},
        time(data.at),
        el("b", {}, kind.replace("_", "-")),
        text(said),
        reason && el("em", {}, text(reason)),
      ),
      rest(data),
    ),
  );
}

/** What happened, in a line, and why it did not go well. */
function summary(kind, data) {
  const who = data.user ? ` · ${data.user}` : "";
  switch (kind) {
    case "request": {
      const how = data.exception ?? data.status;
      const fault = data.fault ? ` · fault: ${data.fault}` : "";
      return {
        said: `${data.operation} → ${how}${who}${fault}`,
        isBad: data.status >= 400,
        reason: data.reason ?? data.message,
      };
    }
    case "sign_in":
      return { said: `${data.operation} → ${data.challenge ?? (data.tokens ? "tokens" : "no tokens")}${who}` };
    case "trigger":
      return {
        said: `${data.name} (${data.source}) → ${data.outcome}${who}`,
        isBad: data.outcome !== "answered",
        reason: data.error,
      };
    default:
      return { said: `${data.kind} to ${data.destination}: ${data.code}${who}` };
  }
}

function rest(data) {
  return el("pre", { tabIndex: 0 }, JSON.stringify(data, null, 2));
}
