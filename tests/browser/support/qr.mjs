// What an authenticator app does: reads the picture, and computes codes.
import jsQR from "jsqr";
import { URI } from "otpauth";
import { PNG } from "pngjs";

/** Reads the picture as it is on the screen, and gives the `otpauth` address in it. */
export async function scan(page) {
  const { data, width, height } = PNG.sync.read(await page.locator(".qr").screenshot());
  const read = jsQR(new Uint8ClampedArray(data), width, height);
  if (!read) throw new Error("no QR code can be read on this page");
  return read.data;
}

/** The code of that address, `seconds` from now. */
export function codeOf(address, seconds = 0) {
  return URI.parse(address).generate({ timestamp: Date.now() + seconds * 1000 });
}
