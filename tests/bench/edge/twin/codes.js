// Ids and tokens that carry an authentication code, as in `edge/src/keys.rs`.

import { Problem } from "./http.js";

export const random = (length) => crypto.getRandomValues(new Uint8Array(length));
export const hex = (array) => array.toHex();

export function bytes(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export async function digest(text) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).slice(0, 16));
}

/** The authentication code of a message for one purpose. */
export async function code(settings, purpose, message) {
  const label = new TextEncoder().encode(purpose);
  return new Uint8Array(await crypto.subtle.sign("HMAC", await settings.key, bytes([label.length], label, message)));
}

export const URL_SAFE = { alphabet: "base64url", omitPadding: true };

export async function seal(settings, purpose, message, length) {
  return bytes(message, (await code(settings, purpose, message)).slice(0, length)).toBase64(URL_SAFE);
}

export async function unseal(settings, purpose, text, length) {
  const sealed = fromBase64(text);
  if (sealed?.length !== 32 + length) return null;
  const message = sealed.slice(0, 32);
  const wanted = (await code(settings, purpose, message)).slice(0, length);
  return crypto.subtle.timingSafeEqual(sealed.slice(32), wanted) ? message : null;
}

export function fromBase64(text) {
  try {
    return Uint8Array.fromBase64(text, URL_SAFE);
  } catch {
    return null;
  }
}

export const tokenMessage = (expires, id) => {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(expires), true);
  return bytes(head, new TextEncoder().encode(id));
};

export async function makeToken(settings, purpose, id, expires) {
  return `${expires}.${(await code(settings, purpose, tokenMessage(expires, id))).toBase64(URL_SAFE)}`;
}

export async function demandToken(settings, purpose, id, token) {
  if (!await unseal(settings, "call", id, 10)) throw new Problem(404, "NOT_FOUND", "There is no such call.");
  const [expires, shown] = (token ?? "").split(".");
  const given = fromBase64(shown ?? "");
  const wanted = await code(settings, purpose, tokenMessage(Number(expires) || 0, id));
  const right = given?.length === wanted.length && crypto.subtle.timingSafeEqual(given, wanted);
  if (!right || Date.now() / 1000 >= Number(expires)) throw new Problem(401, "UNAUTHENTICATED", "No valid token.");
}

/** Compares without telling where two texts differ. */
export function same(one, other) {
  const [a, b] = [one, other].map((text) => new TextEncoder().encode(text));
  return a.length === b.length && crypto.subtle.timingSafeEqual(a, b);
}
