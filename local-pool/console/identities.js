// Identity pools, their identities, and tokens of the providers that the server plays.

import { all, call, part, post } from "./api.js";
import { append, button, copy, el, facts, field, form, notice, row, table, text, time } from "./dom.js";

export const title = "Identity pools";
const PROVIDERS = ["google", "apple", "facebook", "amazon", "twitter", "developer"];

export async function draw({ view, again }) {
  const pools = await all("ListIdentityPools", { MaxResults: 60 }, "IdentityPools");
  if (pools.length === 0)
    append(view, [
      el(
        "p",
        { class: "soft" },
        "There is no identity pool. Name one in pool.toml, or make one with CreateIdentityPool.",
      ),
    ]);
  for (const pool of pools) append(view, await about(pool.IdentityPoolId, again));
  append(view, [el("h2", {}, "A token of a provider"), providers()]);
}

async function about(id, again) {
  const pool = await call("DescribeIdentityPool", { IdentityPoolId: id });
  const { Roles: roles = {} } = await call("GetIdentityPoolRoles", { IdentityPoolId: id });
  const identities = await all("ListIdentities", { IdentityPoolId: id, MaxResults: 60 }, "Identities");
  const rows = identities.map((one) =>
    row(
      el("code", {}, one.IdentityId),
      one.Logins?.join(", ") || "a guest",
      time(one.CreationDate),
      button(
        "Delete",
        async () => {
          await call("DeleteIdentities", { IdentityIdsToDelete: [one.IdentityId] });
          notice("Deleted.");
          await again();
        },
        { class: "plain small", "aria-label": `Delete ${one.IdentityId}`, confirm: `Delete ${one.IdentityId}?` },
      ),
    ),
  );
  const logins = [
    ...(pool.CognitoIdentityProviders ?? []).map((one) => `${one.ProviderName} (${one.ClientId})`),
    ...Object.keys(pool.SupportedLoginProviders ?? {}),
    ...(pool.OpenIdConnectProviderARNs ?? []),
    ...(pool.DeveloperProviderName ? [pool.DeveloperProviderName] : []),
  ];
  return [
    el("h2", {}, text(pool.IdentityPoolName)),
    facts([
      ["Id", [el("code", {}, id), " ", copy("Copy", id)]],
      ["Guests", pool.AllowUnauthenticatedIdentities ? "allowed" : "refused"],
      ["Logins", logins.join(", ")],
      ["Role of users", roles.authenticated],
      ["Role of guests", roles.unauthenticated],
    ]),
    table("Identities", ["Id", "Logins", "Created", "Action"], rows, "Nobody has an identity yet."),
  ];
}

function providers() {
  const shown = el("div", { "aria-live": "polite" });
  const fields = [
    field("Provider", { name: "provider", options: PROVIDERS }),
    field("Subject", { name: "subject", required: true }),
  ];
  const inner = form({ label: "Hand out", class: "row" }, fields, async ({ provider, subject }) => {
    shown.replaceChildren();
    const { token, provider: key } = await post(`idp/${part(provider)}/token`, { subject });
    shown.replaceChildren(
      el("p", {}, "For ", el("code", {}, key), ": ", copy("Copy the token", token)),
      el("pre", { tabIndex: 0 }, token),
    );
  });
  return el("div", {}, inner, shown);
}
