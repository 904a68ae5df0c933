// How the system's Chromium is started.

/** What Playwright's `chromium.launch` takes. Nothing is downloaded: the browser is Debian's. */
export function launchOptions() {
  return {
    executablePath: process.env.PORTCULLIS_CHROMIUM ?? "/usr/bin/chromium",
    // Playwright leaves the sandbox off unless it is asked for, and root cannot have it.
    chromiumSandbox: false,
    args: [
      // A container's /dev/shm may be small.
      "--disable-dev-shm-usage",
      // No page of these tests is on another machine.
      "--no-proxy-server",
    ],
  };
}
