// Reading requests and writing answers.

export class Problem extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

export const invalid = (message) => new Problem(400, "INVALID_ARGUMENT", message);
export const json = (status, value) => new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json", "cache-control": "no-store" } });
export const empty = (status) => new Response(null, { status });
export const basic = (name, secret) => `Basic ${btoa(`${name}:${secret}`)}`;

export function demandType(request, wanted) {
  const given = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (given !== wanted) throw new Problem(415, "UNSUPPORTED_MEDIA_TYPE", `The body has to be ${wanted}.`);
}

export async function body(request, most) {
  if (Number(request.headers.get("content-length") ?? 0) > most) throw new Problem(413, "PAYLOAD_TOO_LARGE", "Too large.");
  const text = await request.text();
  if (text.length > most) throw new Problem(413, "PAYLOAD_TOO_LARGE", "Too large.");
  return text;
}

export function parse(text) {
  try {
    const value = JSON.parse(text);
    if (value && typeof value === "object") return value;
  } catch {}
  throw invalid("No JSON object.");
}

export function readContact(text) {
  const given = parse(text);
  const only = (object, name) => object && Object.keys(object).join() === name;
  if (!only(given, "contact") || !only(given.contact, "number")) throw invalid("The body has to be {\"contact\":{\"number\":\"+…\"}}.");
  const { number } = given.contact;
  if (!/^\+[1-9]\d{4,14}$/.test(number)) throw new Problem(422, "INVALID_PHONE_NUMBER", "No phone number.");
  return number;
}
