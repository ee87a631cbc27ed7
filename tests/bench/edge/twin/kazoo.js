// Kazoo's dialect: a token, a document to dial through, connect; and webhooks
// of all channels of the system, as JSON or as a form.

import { Problem } from "./http.js";
import { digest } from "./codes.js";

/** What an isolate remembers, by connection. */
const memories = new Map();
/** The custom variable in which a call carries our own id. */
const OUR_CALL = "c2d_call";
const isName = (text) => /^c2c-[\w@.-]{1,124}$/.test(text ?? "");

export async function place(name, connection, order) {
  const memory = memories.get(name) ?? { documents: new Map() };
  memories.set(name, memory);
  const account = `${connection.base_url}/accounts/${connection.account_id}`;
  for (const last of [false, true]) {
    if (!(Date.now() < memory.renewAt)) await showKey(memory, connection);
    const send = (method, path, data) => ask(method, `${account}/${path}`, {
      "x-auth-token": memory.token, "x-request-id": order.correlator,
    }, data);
    const id = await document(memory, connection, order, send);
    const contact = order.contactFirst ? order.caller : order.callee;
    const [status, { data }] = await send("POST", `clicktocall/${id}/connect?auto_answer=false`, {
      contact: dialled(contact), custom_application_vars: { [OUR_CALL]: order.call },
    });
    const named = [data?.outbound_call_id, data?.origination_call_id].find(isName);
    if (status < 300 && named) return named;
    if (last || ![401, 404].includes(status)) break;
    memory.renewAt = 0;
    memory.documents.clear();
  }
  throw new Problem(502, "OPERATOR_ERROR", "The operator refused.");
}

async function showKey(memory, connection) {
  const [status, answer] = await ask("PUT", `${connection.base_url}/api_auth`, {}, { api_key: connection.api_key });
  if (status >= 300 || !answer.auth_token) throw new Problem(503, "OPERATOR_UNAVAILABLE", "No token.");
  memory.token = answer.auth_token;
  memory.renewAt = Date.now() + 3_000_000;
}

/** The id of the document through which this pair is dialled. */
async function document(memory, connection, order, send) {
  const shown = connection.platform_number.slice(1);
  const content = {
    extension: dialled(order.contactFirst ? order.callee : order.caller),
    dial_first: order.contactFirst ? "contact" : "extension", auth_required: true,
    caller_id_number: shown, outbound_callee_id_number: shown, timeout: 30,
    whitelist: ["^\\+[1-9][0-9]{4,14}$"],
  };
  const name = `c2d-${await digest(JSON.stringify(content))}`;
  if (!memory.documents.has(name)) {
    const [, list] = await send("GET", "clicktocall?paginate=false");
    const known = Array.isArray(list.data) && list.data.find((row) => row.name === name);
    const made = known || (await send("PUT", "clicktocall", { ...content, name }))[1].data;
    if (!made?.id) throw new Problem(502, "OPERATOR_ERROR", "No document.");
    memory.documents.set(name, made.id);
  }
  return memory.documents.get(name);
}

async function ask(method, url, headers, data) {
  const body = data && JSON.stringify({ data });
  if (body) headers = { ...headers, "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, body, redirect: "manual", signal: AbortSignal.timeout(8_000) });
  const text = await answer.text();
  console.log(`${method} ${url.split("?")[0]} ${answer.status}`);
  try {
    return [answer.status, JSON.parse(text)];
  } catch {
    return [answer.status, {}];
  }
}

/** Only digits arrive; those that could be mistaken go with the prefix 00. */
function dialled(number) {
  const digits = number.slice(1);
  const american = (text) => /^[2-9]\d\d[2-9]\d{6}$/.test(text);
  const certain = digits[0] === "1" ? american(digits.slice(1)) : digits.length >= 8 && !american(digits);
  return certain ? digits : `00${digits}`;
}

/** Reads a webhook; null if it is not about the first leg of a call like ours. */
export function readEvent(text) {
  const event = text.trimStart().startsWith("{") ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  const own = isName(event.call_id) ? event.call_id : null;
  const other = isName(event.other_leg_call_id) ? event.other_leg_call_id : null;
  const about = (name, status) => name && {
    name, status, begins: event.hook_event === "channel_create",
    call: event.custom_application_vars?.[OUR_CALL] ?? event[`custom_application_vars[${OUR_CALL}]`],
  };
  switch (event.hook_event) {
    case "channel_create": return about(own, { state: "callingCaller" });
    case "channel_answer": return about(own, { state: "callingCallee" });
    case "channel_bridge": return about(own ?? other, { state: "connected" });
    case "channel_destroy": return about(own, {
      state: "disconnected", cause: event.hangup_cause, answeredSeconds: Number(event.billing_seconds ?? 0),
    });
    default: return null;
  }
}

/** What an end means for a call that had come as far as this. */
export function explained(status, log) {
  if (status.cause === undefined) return status;
  const at = (state) => log.find((entry) => entry.state === state)?.at;
  const state = log.at(-1).state;
  const party = state === "callingCallee" ? "callee" : "caller";
  const reasons = {
    USER_BUSY: `${party}Busy`, NO_ANSWER: `${party}NoAnswer`, NO_ROUTE_DESTINATION: `${party}Failure`,
    NORMAL_CLEARING: state === "connected" ? "hangUp" : state === "callingCallee" ? "callerAbandon" : "other",
  };
  const rang = at("connected") - (at("callingCallee") ?? at("connected"));
  const talked = at("connected") ? Math.max(0, status.answeredSeconds * 1000 + 999 - rang) : 0;
  return { state: "disconnected", reason: reasons[status.cause] ?? "other", durationSeconds: Math.floor(talked / 1000) };
}
