// Codes and other messages that the service would have sent, as they are sent.

import { get, part } from "./api.js";
import { append, copy, el, row, table, text, time } from "./dom.js";
import { listen } from "./live.js";

export const title = "Messages";
export const needsPool = true;
const SHOWN = 200;

export async function draw({ pool, view, isShown }) {
  const found = el("div", { "aria-live": "polite" });
  append(view, [el("p", { class: "soft" }, "Nothing is sent to anybody: codes end here."), found]);
  const show = async () => {
    const messages = await get(`outbox?pool=${part(pool)}`);
    if (isShown()) found.replaceChildren(lines(messages, "Nothing was sent yet."));
  };
  await show();
  return listen(({ kind }) => kind === "message" && show().catch(() => {}));
}

/** Messages, the newest first. */
export function lines(messages, empty) {
  const rows = messages
    .slice(-SHOWN)
    .reverse()
    .map((message) =>
      row(
        [el("code", { class: "code" }, message.code), " ", copy("Copy", message.code)],
        text(message.user),
        message.kind,
        text(message.destination),
        time(message.sent_at),
        el(
          "details",
          {},
          el("summary", {}, message.subject ? text(message.subject) : "Text"),
          el("p", { class: "whole" }, text(message.message)),
        ),
      ),
    );
  return table("Messages", ["Code", "User", "For", "Sent to", "At", "Message"], rows, empty);
}
