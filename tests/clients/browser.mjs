// As much of a browser as signing in takes: cookies, redirects that stop at the client's address, forms.
import { createHmac } from "node:crypto";

export class Browser {
  #cookies = new Map();

  constructor(origin, stopAt) {
    this.origin = origin;
    this.stopAt = stopAt;
  }

  /** Follow redirects until a page of the issuer, or until the client's own address. */
  async open(address, init = {}) {
    let url = new URL(address, this.origin);
    for (let hop = 0; hop < 10; hop++) {
      if (url.href.startsWith(this.stopAt)) return { url };
      const headers = { ...init.headers, cookie: [...this.#cookies].map(([k, v]) => `${k}=${v}`).join("; ") };
      const response = await fetch(url, { ...init, headers, redirect: "manual" });
      for (const line of response.headers.getSetCookie()) this.#cookies.set(...line.split(";")[0].split(/=(.*)/s));
      const location = response.headers.get("location");
      if (!location) return { url, status: response.status, html: await response.text() };
      [url, init] = [new URL(location, url), {}];
    }
    throw new Error(`too many redirects at ${url}`);
  }

  /** Send the form of a page with these values typed in. */
  async submit(page, path, values) {
    const hidden = [...page.html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const body = new URLSearchParams({ ...Object.fromEntries(hidden.map((m) => [m[1], m[2]])), ...values });
    return this.open(path, { method: "POST", body, headers: { origin: this.origin } });
  }
}

/** The one-time code of now (RFC 6238) for a base32 seed. */
export function totp(seed) {
  const bits = [...seed].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
