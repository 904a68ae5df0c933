// What the console asks the server for: the routes under /_local, as any test does.

/** A refusal; its message is the server's own words. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function ask(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(`./${path}`, options);
  } catch {
    throw new Refused("no_answer", "local-pool does not answer. Is it still running?");
  }
  const text = await answer.text();
  let value = null;
  try {
    value = text === "" ? null : JSON.parse(text);
  } catch {
    value = null;
  }
  if (!answer.ok)
    throw new Refused(value?.error ?? "refused", value?.message ?? `The server answered ${answer.status}.`);
  return value;
}

/** A part of a path, whatever is in it. */
export const part = encodeURIComponent;

export const get = (path) => ask("GET", path);
export const post = (path, body = {}) => ask("POST", path, body);
export const put = (path, body) => ask("PUT", path, body);
export const remove = (path) => ask("DELETE", path);

/** An operation of the service, as an administrator: no fault switch stops it, and no counter counts it. */
export const call = (operation, body = {}) => post(`call/${part(operation)}`, body);

/** The pages of an operation, one after the other, as one list. */
export async function all(operation, body, member, cursor = "NextToken") {
  const found = [];
  let next;
  do {
    const answer = await call(operation, next ? { ...body, [cursor]: next } : body);
    found.push(...(answer[member] ?? []));
    next = answer[cursor];
  } while (next);
  return found;
}

/** What happens to a user without an operation. */
export const onUser = (pool, user, action) => post(`users/${part(user)}/${action}?pool=${part(pool)}`);
