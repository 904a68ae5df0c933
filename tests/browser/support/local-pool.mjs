// A local-pool of one's own: the program, as a developer starts it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const PATIENCE_MS = 60_000;

export class LocalPool {
  #process;

  /** `endpoint` is where the API is, `pages` the same place by the name that passkeys can belong to. */
  constructor(process, endpoint) {
    this.#process = process;
    this.endpoint = endpoint;
    this.pages = endpoint.replace("127.0.0.1", "localhost");
  }

  /** Starts the program named by PORTCULLIS_LOCAL_POOL. */
  static async start(...options) {
    const program = process.env.PORTCULLIS_LOCAL_POOL;
    if (!program) throw new Error("PORTCULLIS_LOCAL_POOL names no local-pool: run `cargo xtask browser-test`");
    const child = spawn(program, ["serve", "--listen", "127.0.0.1:0", ...options], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await firstLine(child);
    const endpoint = line.match(/listening on (https?:\/\/\S+)/)?.[1];
    if (!endpoint) throw new Error(`local-pool said ${JSON.stringify(line)}`);
    return new LocalPool(child, endpoint);
  }

  /** Calls an operation of the user pools' API, as an administrator. */
  async call(operation, body) {
    return this.#post("/", body, {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
    });
  }

  /** Posts to a route under `/_local`. */
  async local(path, body) {
    return this.#post(`/_local${path}`, body, { "Content-Type": "application/json" });
  }

  /** Gets a route under `/_local` as JSON. */
  async look(path) {
    const answer = await fetch(`${this.endpoint}/_local${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
  }

  async #post(path, body, headers) {
    const answer = await fetch(this.endpoint + path, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${headers["X-Amz-Target"] ?? path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : {};
  }
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("local-pool said nothing")), PATIENCE_MS);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`local-pool ended with ${code}`)));
    const lines = createInterface({ input: child.stdout });
    lines.once("line", (line) => {
      clearTimeout(timer);
      resolve(line);
    });
  });
}
