// Tokens: a sign-in as an administrator makes it, and what a token says.

import { all, call } from "./api.js";
import { copy, el, field, form, time } from "./dom.js";

const FLOW = "ADMIN_USER_PASSWORD_AUTH";

/** A form that signs a user in with their password and shows the tokens. */
export async function signIn(pool, username) {
  const clients = await all("ListUserPoolClients", { UserPoolId: pool, MaxResults: 60 }, "UserPoolClients");
  const options = clients.map((client) => ({ value: client.ClientId, label: client.ClientName }));
  if (options.length === 0) return el("p", { class: "soft" }, "The pool has no app client.");
  const shown = el("div", { "aria-live": "polite" });
  const fields = [
    field("App client", { name: "client", options }),
    field("Password", { name: "password", type: "password", required: true }),
  ];
  const inner = form({ label: "Sign in", class: "row" }, fields, async ({ client, password }) => {
    shown.replaceChildren();
    const { UserPoolClient } = await call("DescribeUserPoolClient", { UserPoolId: pool, ClientId: client });
    if (!UserPoolClient.ExplicitAuthFlows?.includes(`ALLOW_${FLOW}`)) {
      throw new Error(
        `The client ${UserPoolClient.ClientName} has no ALLOW_${FLOW} among its flows: sign in with your app, and paste the token below.`,
      );
    }
    const parameters = { USERNAME: username, PASSWORD: password };
    if (UserPoolClient.ClientSecret)
      parameters.SECRET_HASH = await secretHash(UserPoolClient.ClientSecret, username + client);
    const answer = await call("AdminInitiateAuth", {
      UserPoolId: pool,
      ClientId: client,
      AuthFlow: FLOW,
      AuthParameters: parameters,
    });
    const result = answer.AuthenticationResult;
    const names = ["IdToken", "AccessToken", "RefreshToken"];
    shown.replaceChildren(
      ...(result
        ? names.filter((name) => result[name]).map((name) => token(name, result[name]))
        : [el("p", {}, `The sign-in goes on with ${answer.ChallengeName}: finish it in your app.`)]),
    );
  });
  return el("div", {}, inner, shown, reader());
}

/** What a token says, for one that was pasted. Nothing is sent anywhere. */
function reader() {
  const shown = el("div", { "aria-live": "polite" });
  const read = (event) =>
    shown.replaceChildren(...(event.target.value.trim() ? [token("This token", event.target.value.trim())] : []));
  return el("div", {}, field("Read a token", { placeholder: "eyJ…", oninput: read }), shown);
}

function token(name, text) {
  const claims = decoded(text);
  return el(
    "details",
    { open: true },
    el("summary", {}, name),
    el("p", {}, copy(`Copy ${name}`, text), claims?.exp ? [" ends ", time(claims.exp)] : null),
    el("pre", { tabIndex: 0 }, claims ? JSON.stringify(claims, null, 2) : "Its content is only for the service."),
  );
}

function decoded(text) {
  try {
    const body = text.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** SecretHash of the API: HMAC-SHA-256 of user name and client id under the client's secret, in Base64. */
async function secretHash(secret, text) {
  const bytes = (value) => new TextEncoder().encode(value);
  const key = await crypto.subtle.importKey("raw", bytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const hash = await crypto.subtle.sign("HMAC", key, bytes(text));
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}
