// One user: what the pool knows of them, what may happen to them, what was sent to them.

import { all, call, get, onUser, part, put, remove } from "./api.js";
import { append, button, el, facts, field, form, notice, row, table, text, time } from "./dom.js";
import { listen } from "./live.js";
import { lines } from "./messages.js";
import { signIn } from "./tokens.js";

export async function draw({ pool, item, view, again, isShown }) {
  const user = await call("AdminGetUser", { UserPoolId: pool, Username: item });
  const name = user.Username;
  const [groups, devices] = await Promise.all([
    all("AdminListGroupsForUser", { UserPoolId: pool, Username: name, Limit: 60 }, "Groups"),
    all("AdminListDevices", { UserPoolId: pool, Username: name, Limit: 60 }, "Devices", "PaginationToken").catch(
      () => [],
    ),
  ]);
  const sent = el("div");
  append(view, [
    el("p", {}, el("a", { href: `#/${part(pool)}/users` }, "All users")),
    about(user, groups),
    el("div", { class: "row" }, actions(pool, user, again)),
    password(pool, name),
    table(
      "Attributes",
      ["Name", "Value"],
      (user.UserAttributes ?? []).map(({ Name, Value }) => row(el("code", {}, Name), text(Value))),
      "There are no attributes.",
    ),
    table(
      "Devices",
      ["Key", "Name", "Last signed in"],
      devices.map((device) =>
        row(
          el("code", {}, device.DeviceKey),
          text(attribute(device, "device_name")),
          time(device.DeviceLastAuthenticatedDate),
        ),
      ),
      "The pool remembers no device of this user.",
    ),
    el("h2", {}, "Messages"),
    sent,
    el("h2", {}, "Sign in"),
    await signIn(pool, name),
  ]);
  const show = async () => {
    const messages = await get(`outbox?pool=${part(pool)}&user=${part(name)}`);
    if (isShown()) sent.replaceChildren(lines(messages, "Nothing was sent to this user."));
  };
  await show();
  return listen(({ kind, data }) => kind === "message" && data.user === name && show().catch(() => {}));
}

function attribute(device, name) {
  return device.DeviceAttributes?.find((known) => known.Name === name)?.Value ?? "";
}

function about(user, groups) {
  return facts([
    ["Status", user.UserStatus],
    ["Enabled", user.Enabled ? "yes" : "no"],
    ["Second factors", user.UserMFASettingList?.join(", ")],
    ["Preferred", user.PreferredMfaSetting],
    ["Groups", groups.map((group) => group.GroupName).join(", ")],
    ["Created", time(user.UserCreateDate)],
    ["Changed", time(user.UserLastModifiedDate)],
  ]);
}

function actions(pool, user, again) {
  const name = user.Username;
  const act = (label, said, run, properties) =>
    button(
      label,
      async () => {
        await run();
        await again();
        notice(said);
      },
      { class: "plain", ...properties },
    );
  const does = (label, said, action) => act(label, said, () => onUser(pool, name, action));
  return [
    user.UserStatus === "UNCONFIRMED" &&
      act("Confirm", "Confirmed.", () => call("AdminConfirmSignUp", { UserPoolId: pool, Username: name })),
    user.Enabled
      ? does("Disable", "Disabled, and signed out everywhere.", "disable")
      : does("Enable", "Enabled.", "enable"),
    does("Require a new password", "The next sign-in asks for a reset.", "require-password-reset"),
    does("Revoke tokens", "All tokens are revoked.", "revoke-tokens"),
    does("Expire refresh tokens", "Refresh tokens have ended; access tokens live on.", "expire-refresh-tokens"),
    act("Forget devices", "No device is remembered.", () => remove(`users/${part(name)}/devices?pool=${part(pool)}`)),
    button(
      "Delete",
      async () => {
        await remove(`users/${part(name)}?pool=${part(pool)}`);
        location.hash = `#/${part(pool)}/users`;
      },
      { class: "plain bad", confirm: `Delete ${name}? This cannot be undone.` },
    ),
  ];
}

function password(pool, name) {
  return form(
    { label: "Set", class: "row" },
    [field("New password", { name: "password", required: true })],
    async ({ password }, element) => {
      await put(`users/${part(name)}/password?pool=${part(pool)}`, { password });
      element.reset();
      notice("The password is set.");
    },
  );
}
