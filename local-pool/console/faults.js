// The fault switches: a slow, failing or absent service.

import { get, part, post, put, remove } from "./api.js";
import { append, button, el, field, form, notice, row, table } from "./dom.js";

export const title = "Faults";
const DOCUMENTS = ["jwks.json", "openid-configuration", "authorize", "token", "revoke", "userInfo", "login", "logout"];
const KINDS = {
  delay: "answers late",
  exception: "is refused",
  reset: "breaks the connection, nothing is done",
  drop_after_commit: "is done, and its answer lost",
};
/** What people want most, in one click. */
const READY = [
  ["Offline", "*", { fault: "reset" }],
  ["Slow", "*", { fault: "delay", seconds: 3 }],
  ["Throttled", "*", { fault: "exception", name: "TooManyRequestsException", message: "Rate exceeded" }],
  ["Out of order", "*", { fault: "exception", name: "InternalErrorException", status: 500 }],
];

export async function draw({ view, isShown }) {
  const operations = await get("operations");
  const set = el("div", { "aria-live": "polite" });
  const show = async () => {
    const known = Object.entries(await get("faults"));
    dispatchEvent(new Event("switched"));
    if (!isShown()) return;
    const rows = known.flatMap(([operation, queue]) => queue.map((fault) => line(operation, fault, show)));
    set.replaceChildren(
      table("Faults that are set", ["Request", "What happens", "How often", "Action"], rows, "Everything works."),
    );
    if (rows.length > 0) set.append(button("Clear all", async () => (await remove("faults"), show())));
  };
  const ready = READY.map(([label, operation, fault]) =>
    button(
      label,
      async () => (
        await put(`faults/${part(operation)}`, fault),
        notice(`${label}: for every request, until it is cleared.`),
        show()
      ),
      { class: "plain" },
    ),
  );
  append(view, [
    el("p", { class: "soft" }, "Faults never hit this console."),
    el("div", { class: "row" }, ready),
    set,
    el("h2", {}, "A fault of your own"),
    creation(operations, show),
  ]);
  await show();
}

function line(operation, fault, show) {
  const { fault: kind, times, ...more } = fault;
  const told = Object.entries(more)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${value}`);
  return row(
    el("code", {}, operation),
    [kind, ...told].join(", "),
    times ? `${times} more` : "always",
    button("Clear", async () => (await remove(`faults/${part(operation)}`), show()), {
      class: "plain small",
      "aria-label": `Clear the faults of ${operation}`,
    }),
  );
}

function creation(operations, show) {
  const names = ["*", ...operations, ...DOCUMENTS];
  const kinds = Object.entries(KINDS).map(([value, label]) => ({ value, label }));
  const fields = [
    field("Request", { name: "operation", options: names }),
    field("It", { name: "fault", options: kinds }),
    field("Seconds late", { name: "seconds", type: "number", min: 0, max: 3600, step: "any", value: 3 }),
    field("Exception", { name: "name", value: "TooManyRequestsException" }),
    field("How often (empty: always)", { name: "times", type: "number", min: 1 }),
  ];
  return form({ label: "Set", class: "grid" }, fields, async ({ operation, fault, seconds, name, times }) => {
    const body = { fault };
    if (fault === "delay") body.seconds = Number(seconds);
    if (fault === "exception") body.name = name;
    const path = `faults/${part(operation)}`;
    await (times ? post(path, { ...body, times: Number(times) }) : put(path, body));
    await show();
  });
}
