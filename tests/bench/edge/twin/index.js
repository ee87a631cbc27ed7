// The plain-JavaScript twin: what somebody would write by hand instead of the
// worker in `edge/`, in the same design, so that both can be timed side by side.
//
// The same rooms with SQLite (one per call, one per account that counts, one per
// operator's call id), the same checks and signed ids, the same requests to the
// operator, server-sent events held by the worker over a WebSocket that may
// hibernate. Where JavaScript has a shorter way it is taken: rooms are asked by
// RPC, and codes are WebCrypto's. Left out is what no click and no webhook
// passes through: hanging up, reading a call, asking the operator, the sandbox,
// the demo page.

import { invalid, json, empty, Problem, basic, demandType, body, parse, readContact } from "./http.js";
import { bytes, random, hex, digest, seal, unseal, makeToken, demandToken, same } from "./codes.js";
import { OPERATORS } from "./operators.js";
import { TOKEN_LIFE_S, isState } from "./rooms.js";
import * as kazoo from "./kazoo.js";
import { read } from "./settings.js";

export { AccountRoom, CallRoom, OperatorCallRoom } from "./rooms.js";

/** Seconds between two comments on a quiet stream. */
const HEARTBEAT_S = 15;

export default {
  async fetch(request, env, ctx) {
    const correlator = request.headers.get("x-correlator") ?? hex(random(16));
    let response;
    try {
      response = await route(request, env, ctx, correlator);
    } catch (error) {
      if (!(error instanceof Problem)) console.error(String(error));
      const { status, code, message } = error instanceof Problem ? error : new Problem(500, "INTERNAL", "Sorry.");
      response = json(status, { status, code, message });
    }
    response.headers.set("access-control-allow-origin", "*");
    response.headers.set("access-control-expose-headers", "x-correlator, retry-after");
    response.headers.set("x-correlator", correlator);
    return response;
  },
};

async function route(request, env, ctx, correlator) {
  const [path, query] = request.url.slice(request.url.indexOf("/", 8)).split("?");
  const parts = path.split("/").slice(1);
  const is = (method, ...pattern) => request.method === method && pattern.length === parts.length
    && pattern.every((part, at) => part === null || part === parts[at]);
  if (is("GET", "healthz")) return json(200, { status: "ok" });
  if (is("POST", "buttons", null, "calls")) return placeCall(request, env, ctx, parts[1], correlator);
  if (is("GET", "click-to-dial", "v0.2", "calls", null, "events")) return listen(request, env, parts[3], query);
  if (is("POST", "operators", "camara", "calls", null)) return camaraEvent(request, env, parts[3]);
  if (is("POST", "clicktodial", "v1", "clicktodialstatusnotify", null)) return chinaMobileEvent(request, env, parts[3]);
  if (is("POST", "operators", "kazoo", null, null)) return kazooEvent(request, env, parts[2], parts[3]);
  throw new Problem(404, "NOT_FOUND", "There is nothing at this path.");
}

async function placeCall(request, env, ctx, id, correlator) {
  const settings = read(env);
  const opened = await unseal(settings, "button", id, 7);
  if (!opened) throw new Problem(404, "NOT_FOUND", "There is no such button.");
  demandType(request, "application/json");
  const key = request.headers.get("idempotency-key") ?? "";
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw invalid("The header Idempotency-Key is needed.");
  const text = await body(request, 16 * 1024);
  const contact = readContact(text);
  const now = Date.now();
  const account = hex(opened.slice(0, 16));
  const callId = await seal(settings, "call", bytes(opened.slice(0, 16), random(16)), 10);
  const admit = {
    account, button: hex(opened.slice(16)), origin: request.headers.get("origin"), contact,
    key: await digest(id + "\n" + key), body: await digest(text), callId, now,
  };
  const base = env.PUBLIC_URL ?? new URL(request.url).origin;
  // Goes on if the visitor leaves.
  const work = admitAndPlace(env, settings, admit, base, correlator);
  ctx.waitUntil(work.catch(() => {}));
  const call = await work;
  const expires = Math.floor(call.openedAt / 1000) + TOKEN_LIFE_S;
  return json(201, {
    callId: call.id, status: call.state, createdAt: new Date(call.openedAt).toISOString(),
    token: await makeToken(settings, "call-token", call.id, expires),
    eventsToken: await makeToken(settings, "events-token", call.id, expires),
  });
}

async function admitAndPlace(env, settings, admit, base, correlator) {
  const decision = await env.ACCOUNT_ROOM.getByName(admit.account).admit(admit);
  if (decision.replay) return env.CALL_ROOM.getByName(decision.replay).read();
  if (decision.refusal) throw new Problem(...decision.refusal);
  const { caller, callee, connection: name } = decision;
  const connection = settings.connections[name];
  const { callId: id, now: openedAt } = admit;
  const room = env.CALL_ROOM.getByName(id);
  await room.open({ id, account: admit.account, key: admit.key, connection: name, caller, callee, openedAt });
  const expires = Math.floor(openedAt / 1000) + TOKEN_LIFE_S;
  const order = {
    caller, callee, correlator, call: id, contactFirst: caller === admit.contact,
    sink: `${base}/operators/camara/calls/${id}`,
    bearer: await makeToken(settings, "operator-bearer", id, expires),
    expires: new Date(expires * 1000).toISOString(),
  };
  const operator = OPERATORS[connection.dialect];
  const named = await operator.place(name, connection, order);
  let parked = [];
  if (operator.namesItsCalls) parked = await env.OPERATOR_CALL_ROOM.getByName(`call ${name} ${named}`).bind(id);
  let call = await room.bind(named);
  for (const status of parked) call = await room.tell(named, status);
  return call;
}

async function listen(request, env, id, query) {
  const parameters = new URLSearchParams(query);
  await demandToken(read(env), "events-token", id, parameters.get("eventsToken"));
  const after = request.headers.get("last-event-id") || parameters.get("after");
  const cursor = after === null || after === "" ? "" : Number(after);
  if (Number.isNaN(cursor)) throw invalid("The cursor has to be the id of an event.");
  const answer = await env.CALL_ROOM.getByName(id).fetch(`https://room/listen/${cursor}`, { headers: { upgrade: "websocket" } });
  const socket = answer.webSocket;
  if (!socket) return new Response(null, { status: answer.status });
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const gone = () => {
    clearInterval(heartbeat);
    socket.close(1000, "client gone");
  };
  const say = (text) => writer.write(encoder.encode(text)).catch(gone);
  const pause = Number(env.HEARTBEAT_SECONDS ?? HEARTBEAT_S) * 1000;
  const heartbeat = setInterval(say, pause, ":\n\n");
  request.signal.addEventListener("abort", gone);
  socket.addEventListener("message", (event) => say(event.data));
  socket.addEventListener("close", () => {
    clearInterval(heartbeat);
    writer.close().catch(() => {});
  });
  say("retry: 1000\n\n");
  socket.accept();
  return new Response(readable, {
    headers: {
      "content-type": "text/event-stream", "cache-control": "no-store, no-transform", "x-accel-buffering": "no",
    },
  });
}

async function camaraEvent(request, env, id) {
  const bearer = /^bearer (.*)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  await demandToken(read(env), "operator-bearer", id, bearer);
  demandType(request, "application/cloudevents+json");
  const { type, data } = parse(await body(request, 64 * 1024));
  if (!/^org\.camaraproject\.click-to-dial\..*status-changed$/.test(type)) return empty(204);
  const status = camaraStatus(data);
  if (typeof data?.callId !== "string") throw invalid("data.callId is missing.");
  if (status) await env.CALL_ROOM.getByName(id).tell(data.callId, status);
  return empty(204);
}

/** Both shapes of the documents: an object, or the word alone. */
function camaraStatus({ status, reason, callDuration } = {}) {
  const state = status?.state ?? status;
  if (!isState(state)) return null;
  return { state, reason: status.reason ?? reason, durationSeconds: Number(callDuration ?? 0) };
}

async function chinaMobileEvent(request, env, name) {
  const answer = (status, code, description) => json(status, { code, description });
  if (!/^[\w-]{1,128}$/.test(name)) return answer(400, "0001001", "callidentifier");
  const settings = read(env);
  const shown = request.headers.get("authorization") ?? "";
  const found = Object.entries(settings.connections).find(([, connection]) =>
    connection.dialect === "china-mobile" && same(shown, basic(connection.app_id, connection.secret_key)));
  if (!found) return answer(401, "0001002", "No authorization");
  const told = parse(await body(request, 16 * 1024));
  for (const needed of ["APPID", "caller", "callee", "status"]) {
    if (typeof told[needed] !== "string") return answer(400, "0001001", `Missing parameter ${needed}`);
  }
  if (told.APPID !== found[1].app_id) return answer(403, "0001004", "APPID");
  const lower = (word) => word && word[0].toLowerCase() + word.slice(1);
  const status = { state: lower(told.status), reason: lower(told.reason), durationSeconds: Number(told.callDuration ?? 0) };
  if (isState(status.state)) {
    const call = await env.OPERATOR_CALL_ROOM.getByName(`call ${found[0]} ${name}`).tell(status);
    if (call) await env.CALL_ROOM.getByName(call).tell(name, status);
  }
  return answer(200, "0000000", "Success");
}

async function kazooEvent(request, env, name, secret) {
  const settings = read(env);
  const connection = settings.connections[name];
  if (connection?.dialect !== "kazoo" || !same(secret, connection.webhook_secret)) {
    throw new Problem(401, "UNAUTHENTICATED", "Not your webhook.");
  }
  const event = kazoo.readEvent(await body(request, 64 * 1024));
  if (!event) return empty(200);
  const names = env.OPERATOR_CALL_ROOM.getByName(`call ${name} ${event.name}`);
  const ours = event.call && await unseal(settings, "call", event.call, 10) ? event.call : null;
  if (ours && event.begins) await names.bind(ours);
  const call = ours ?? await names.tell(event.status);
  if (call) await env.CALL_ROOM.getByName(call).tell(event.name, event.status);
  return empty(200);
}
