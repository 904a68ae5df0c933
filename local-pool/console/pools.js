// User pools and their app clients.

import { all, call } from "./api.js";
import { append, copy, el, facts, field, form, notice, row, table, text, time } from "./dom.js";

export const title = "Pools";

/** What a new pool's first client may do: everything that needs no administrator. */
const FLOWS = [
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_CUSTOM_AUTH",
  "ALLOW_USER_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
];

export async function draw({ view, pool, again }) {
  const known = await all("ListUserPools", { MaxResults: 60 }, "UserPools");
  if (known.some((one) => one.Id === pool)) append(view, await about(pool));
  append(view, [
    el("h2", {}, "A new pool"),
    form(
      { label: "Create", class: "row" },
      [field("Name", { name: "name", required: true, maxLength: 128 })],
      async ({ name }) => {
        const made = (await call("CreateUserPool", { PoolName: name, AutoVerifiedAttributes: ["email"] })).UserPool;
        await call("CreateUserPoolClient", { UserPoolId: made.Id, ClientName: "app", ExplicitAuthFlows: FLOWS });
        notice(`${name} is there, with one app client.`);
        location.hash = `#/${encodeURIComponent(made.Id)}/pools`;
        await again();
      },
    ),
  ]);
}

async function about(id) {
  const { UserPool: pool } = await call("DescribeUserPool", { UserPoolId: id });
  const clients = await all("ListUserPoolClients", { UserPoolId: id, MaxResults: 60 }, "UserPoolClients");
  const described = await Promise.all(
    clients.map(
      async ({ ClientId }) => (await call("DescribeUserPoolClient", { UserPoolId: id, ClientId })).UserPoolClient,
    ),
  );
  const list = (names) => (names?.length ? names.join(", ") : undefined);
  return [
    facts([
      ["Name", text(pool.Name)],
      ["Id", [el("code", {}, pool.Id), " ", copy("Copy", pool.Id)]],
      ["User names", list(pool.UsernameAttributes) ?? "as people choose them"],
      ["Also", list(pool.AliasAttributes)],
      ["Verified by code", list(pool.AutoVerifiedAttributes)],
      ["Second factors", pool.MfaConfiguration],
      ["First factors", list(pool.Policies?.SignInPolicy?.AllowedFirstAuthFactors)],
      ["Password", `at least ${pool.Policies?.PasswordPolicy?.MinimumLength} characters`],
      ["Triggers", list(Object.keys(pool.LambdaConfig ?? {}))],
      ["Users", String(pool.EstimatedNumberOfUsers ?? 0)],
      ["Created", time(pool.CreationDate)],
    ]),
    table(
      "App clients",
      ["Name", "Id", "Secret", "Flows", "Callback addresses"],
      described.map((client) =>
        row(
          text(client.ClientName),
          [el("code", {}, client.ClientId), " ", copy("Copy", client.ClientId)],
          client.ClientSecret ? copy("Copy", client.ClientSecret) : "none",
          list(client.ExplicitAuthFlows) ?? "",
          list(client.CallbackURLs) ?? "",
        ),
      ),
      "This pool has no app client.",
    ),
  ];
}
