// Web sites on this machine: the app that people come back to, and others that mean no good.
import { createServer } from "node:http";

export class Site {
  #server;
  #pages = new Map();

  /** What was asked for, oldest first: method, path with query, and body. */
  requests = [];

  static async open() {
    const site = new Site();
    site.#server = createServer((request, response) => site.#answer(request, response));
    await new Promise((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    site.port = site.#server.address().port;
    return site;
  }

  /** Its address for a browser. By `localhost` it is of the same site as the pages, by `127.0.0.1` of another. */
  at(path, host = "127.0.0.1") {
    return `http://${host}:${this.port}${path}`;
  }

  get callback() {
    return this.at("/callback");
  }

  get signedOut() {
    return this.at("/signed-out");
  }

  /** Puts a page there, `headers` with it. */
  put(path, html, headers = {}) {
    this.#pages.set(path, { html, headers });
  }

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request, response) {
    const url = new URL(request.url, "http://site.invalid");
    this.requests.push({ method: request.method, path: request.url });
    const page = this.#pages.get(url.pathname) ?? { html: "<p>You are back.</p>", headers: {} };
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...page.headers });
    response.end(`<!doctype html><html lang="en"><title>A site</title>${page.html}</html>`);
  }
}
