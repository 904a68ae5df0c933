// The server's clock: an hour passes in a click.

import { get, post } from "./api.js";
import { append, button, el, field, form, time } from "./dom.js";

export const title = "Clock";
const STEPS = [
  ["A minute", 60],
  ["An hour", 3600],
  ["A day", 86400],
  ["30 days", 2592000],
];

export async function draw({ view, isShown }) {
  const now = el("p", { class: "now", role: "timer" });
  const show = ({ now: seconds, frozen }) =>
    now.replaceChildren(time(seconds), frozen ? " UTC, standing still" : " UTC");
  const move = (action, body) => async () => {
    show(await post(`clock/${action}`, body));
    dispatchEvent(new Event("switched"));
  };
  const steps = STEPS.map(([label, seconds]) =>
    button(`${label} on`, move("advance", { seconds }), { class: "plain" }),
  );
  append(view, [
    now,
    el(
      "div",
      { class: "row" },
      steps,
      button("An hour back", move("turn-back", { seconds: 3600 }), { class: "plain" }),
    ),
    el(
      "div",
      { class: "row" },
      button("Stand still", move("freeze"), { class: "plain" }),
      button("Run on", move("resume"), { class: "plain" }),
    ),
    form(
      { label: "Go on", class: "row" },
      [field("Seconds", { name: "seconds", type: "number", min: 0, step: "any", required: true })],
      ({ seconds }) => move("advance", { seconds: Number(seconds) })(),
    ),
    el(
      "p",
      { class: "soft" },
      "A client counts the age of its tokens by its own clock: it learns of the move by a refusal, a forced refresh or a restart.",
    ),
  ]);
  show(await get("clock"));
  const timer = setInterval(async () => {
    const clock = await get("clock").catch(() => null);
    if (clock && isShown()) show(clock);
  }, 1000);
  return () => clearInterval(timer);
}
