// The frame of the console: its sections, the pool they are about, and what the address says. An address is
// #/POOL/SECTION/ITEM, so that every place can be kept and come back to.

import { all, get } from "./api.js";
import { append, el, notice } from "./dom.js";
import { connect } from "./live.js";
import * as activity from "./activity.js";
import * as clock from "./clock.js";
import * as configuration from "./configuration.js";
import * as faults from "./faults.js";
import * as identities from "./identities.js";
import * as messages from "./messages.js";
import * as pools from "./pools.js";
import * as users from "./users.js";

const SECTIONS = { pools, users, messages, activity, faults, clock, identities, configuration };
const NO_POOL = "-";
/** What a section left running. */
let leave = () => {};
/** Which drawing is the last: a slower one before it shows nothing any more. */
let turn = 0;

function place() {
  const [pool, section, item] = location.hash.replace(/^#\//, "").split("/").map(decode);
  return { pool: pool || NO_POOL, section: section in SECTIONS ? section : "users", item };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export function address(pool, section, item) {
  return `#/${[pool, section, item]
    .filter((part) => part !== undefined)
    .map(encodeURIComponent)
    .join("/")}`;
}

async function draw() {
  const mine = ++turn;
  leave();
  leave = () => {};
  const content = document.getElementById("content");
  try {
    const known = await all("ListUserPools", { MaxResults: 60 }, "UserPools");
    if (mine !== turn) return;
    const asked = place();
    const pool = known.find((one) => one.Id === asked.pool) ?? known[0];
    const here = { ...asked, pool: pool?.Id ?? NO_POOL };
    drawFrame(known, here);
    const section = SECTIONS[here.section];
    document.title = `${section.title} · local-pool`;
    const view = el("section", { "aria-busy": "true" }, el("h1", {}, here.item ?? section.title));
    content.replaceChildren(view);
    if (section.needsPool && !pool) {
      append(view, [
        el(
          "p",
          {},
          "There is no user pool yet. Make one under ",
          el("a", { href: address(NO_POOL, "pools") }, "Pools"),
          ".",
        ),
      ]);
    } else {
      const context = { pool: here.pool, item: here.item, view, again: draw, isShown: () => mine === turn };
      const ended = await section.draw(context);
      if (mine !== turn) return ended?.();
      leave = ended ?? (() => {});
    }
    view.removeAttribute("aria-busy");
  } catch (error) {
    if (mine !== turn) return;
    content.replaceChildren(
      el("section", {}, el("h1", {}, "That did not work"), el("p", { class: "bad", role: "alert" }, error.message)),
    );
  }
}

function drawFrame(known, here) {
  const picker = document.getElementById("pool");
  const options = known.map((pool) =>
    el("option", { value: pool.Id, selected: pool.Id === here.pool }, `${pool.Name} (${pool.Id})`),
  );
  picker.replaceChildren(...(options.length > 0 ? options : [el("option", { value: NO_POOL }, "none")]));
  picker.onchange = () => (location.hash = address(picker.value, here.section));
  const links = Object.entries(SECTIONS).map(([name, section]) =>
    el(
      "li",
      {},
      el("a", { href: address(here.pool, name), "aria-current": name === here.section ? "page" : null }, section.title),
    ),
  );
  document.getElementById("sections").replaceChildren(...links);
}

/** Switches that are forgotten look like a broken app: they are always shown. */
async function warn() {
  const place = document.getElementById("warning");
  try {
    const [set, now] = [Object.keys(await get("faults")), await get("clock")];
    const words = [];
    if (set.length > 0)
      words.push(`Faults are set for ${set.map((name) => (name === "*" ? "every request" : name)).join(", ")}.`);
    if (now.frozen) words.push("The clock stands still.");
    const text = words.join(" ");
    if (place.textContent !== text) place.textContent = text;
    place.hidden = words.length === 0;
  } catch {
    // The line about the connection says it.
  }
}

addEventListener("hashchange", async () => {
  notice("");
  await draw();
  document.getElementById("content").focus();
});
connect((isThere) => {
  document.getElementById("live").textContent = isThere ? "Connected" : "Not connected";
});
setInterval(warn, 3000);
addEventListener("switched", warn);
await warn();
await draw();
