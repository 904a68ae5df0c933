// The users of a pool: who there is, and new ones.

import { call, part, post } from "./api.js";
import { append, button, el, field, form, notice, row, table, text, time } from "./dom.js";
import { listen } from "./live.js";
import * as user from "./user.js";

export const title = "Users";
export const needsPool = true;
const PAGE = 60;

export async function draw(context) {
  if (context.item) return user.draw(context);
  const { pool, view, isShown } = context;
  const found = el("div");
  let prefix = "";
  let pages = 1;
  const show = async () => {
    const listed = await list(pool, prefix, pages);
    if (!isShown()) return;
    const rows = listed.users.map((one) => line(pool, one));
    const more = listed.next && button("Show more", () => ((pages += 1), show()), { class: "plain" });
    found.replaceChildren(
      table("Users", ["User name", "Status", "Email", "Phone", "Created"], rows, "Nobody is here."),
    );
    if (more) found.append(more);
  };
  const search = field("Find by the beginning of the user name", {
    type: "search",
    oninput: (event) => {
      [prefix, pages] = [event.target.value, 1];
      show().catch((error) => notice(error.message, true));
    },
  });
  append(view, [search, found, el("h2", {}, "A new user"), creation(pool, show)]);
  await show();
  // Somebody signs up, or a test makes a user: the list follows.
  let waiting;
  const stop = listen(({ kind, data }) => {
    if (kind !== "request" || !/SignUp|User/.test(data.operation) || waiting) return;
    waiting = setTimeout(() => ((waiting = undefined), show().catch(() => {})), 300);
  });
  return () => (clearTimeout(waiting), stop());
}

async function list(pool, prefix, pages) {
  const filter = prefix ? { Filter: `username ^= ${JSON.stringify(prefix)}` } : {};
  const users = [];
  let next;
  for (let page = 0; page < pages && (page === 0 || next); page += 1) {
    const cursor = next ? { PaginationToken: next } : {};
    const answer = await call("ListUsers", { UserPoolId: pool, Limit: PAGE, ...filter, ...cursor });
    users.push(...answer.Users);
    next = answer.PaginationToken;
  }
  return { users, next };
}

function line(pool, one) {
  const attribute = (name) => one.Attributes?.find((known) => known.Name === name)?.Value ?? "";
  return row(
    el("a", { href: `#/${part(pool)}/users/${part(one.Username)}` }, text(one.Username)),
    one.Enabled ? one.UserStatus : `${one.UserStatus}, disabled`,
    text(attribute("email")),
    text(attribute("phone_number")),
    time(one.UserCreateDate),
  );
}

function creation(pool, show) {
  const fields = [
    field("User name", { name: "username", required: true, autocapitalize: "none" }),
    field("Password", { name: "password", required: true }),
    field("Email", { name: "email", type: "email" }),
    field("Phone", { name: "phone_number", type: "tel", placeholder: "+15555550100" }),
    el(
      "label",
      { class: "check" },
      el("input", { type: "checkbox", name: "temporary" }),
      " The password has to be changed at the first sign-in",
    ),
  ];
  return form(
    { label: "Create", class: "grid" },
    fields,
    async ({ username, password, email, phone_number, temporary }, element) => {
      const attributes = {};
      if (email) Object.assign(attributes, { email, email_verified: "true" });
      if (phone_number) Object.assign(attributes, { phone_number, phone_number_verified: "true" });
      const body = { username, password, attributes, temporary_password: temporary === "on" };
      const made = await post(`users?pool=${part(pool)}`, body);
      element.reset();
      notice(`${made.username} is there.`);
      await show();
    },
  );
}
