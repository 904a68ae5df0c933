// What an app needs to be pointed at this server.

import { all, get, part } from "./api.js";
import { append, copy, el, field } from "./dom.js";

export const title = "Configuration";
export const needsPool = true;

export async function draw({ pool, view, isShown }) {
  const clients = await all("ListUserPoolClients", { UserPoolId: pool, MaxResults: 60 }, "UserPoolClients");
  if (clients.length === 0) return append(view, [el("p", { class: "soft" }, "The pool has no app client.")]);
  const shown = el("div");
  const show = async (client) => {
    const outputs = JSON.stringify(await get(`amplify-outputs?client=${part(client)}`), null, 2);
    if (!isShown()) return;
    shown.replaceChildren(
      el("p", {}, copy("Copy", outputs)),
      el("pre", { tabIndex: 0, "aria-label": "amplify_outputs.json" }, outputs),
    );
  };
  const options = clients.map((client) => ({ value: client.ClientId, label: client.ClientName }));
  append(view, [
    el("p", {}, "Save this as ", el("code", {}, "amplify_outputs.json"), " in your app."),
    field("App client", { options, onchange: (event) => show(event.target.value) }),
    shown,
  ]);
  await show(clients[0].ClientId);
}
