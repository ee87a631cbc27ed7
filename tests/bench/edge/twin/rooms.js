// The rooms: Durable Objects that own what must be counted or ordered.

import { DurableObject } from "cloudflare:workers";
import { Problem, empty } from "./http.js";
import { explained } from "./kazoo.js";
import { allows, read } from "./settings.js";

const RANKS = ["initiating", "callingCaller", "callingCallee", "connected", "disconnected", "failed"];
const isEnd = (state) => RANKS.indexOf(state) >= 4;
const DAY = 86_400_000;
/** Until an operator that says nothing is given up; as in `call::watch`. */
const PLACE_LIMIT = 30_000;
const RINGING_SILENCE = 45_000;
const TALKING_SILENCE = 300_000;
const LEASE = 4 * 3_600_000 + 420_000;
/** How long a call's tokens are valid. */
export const TOKEN_LIFE_S = 4 * 3_600 + 900;
const REPORT_AGAIN = 10_000;

export const isState = (word) => RANKS.includes(word);

export class AccountRoom extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(`
      CREATE TABLE IF NOT EXISTS call (key TEXT PRIMARY KEY, body TEXT, call_id TEXT, button TEXT, contact TEXT,
        at INTEGER, state TEXT, reason TEXT, duration INTEGER, ended_at INTEGER) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS lease (contact TEXT PRIMARY KEY, call_id TEXT, until INTEGER) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS day (day INTEGER PRIMARY KEY, placed INTEGER);`);
  }

  first(query, ...values) {
    return this.sql.exec(query, ...values).toArray()[0];
  }

  async admit({ account: id, button: buttonId, origin, contact, key, body, callId, now }) {
    const refuse = (...refusal) => ({ refusal });
    const account = read(this.env).accounts.find((account) => account.id === id);
    const button = account?.buttons.find((button) => button.id === buttonId);
    if (!button) return refuse(404, "NOT_FOUND", "There is no such button.");
    if (!button.origins.some((rule) => allows(rule, origin))) return refuse(403, "ORIGIN_NOT_ALLOWED", "Not from here.");
    const earlier = this.first("SELECT body, call_id FROM call WHERE key = ? AND at >= ?", key, now - DAY);
    if (earlier) {
      return earlier.body === body ? { replay: earlier.call_id } : refuse(422, "IDEMPOTENCY_KEY_REUSED", "Another body.");
    }
    if (contact === button.extension) return refuse(422, "SAME_CALLER_CALLEE", "The two are the same.");
    if (/^\+(881|882|883|979|1900)/.test(contact)) return refuse(422, "NUMBER_NOT_ALLOWED", "Not this number.");
    if (this.first("SELECT 1 FROM lease WHERE contact = ? AND until > ?", contact, now)) {
      return refuse(409, "ALREADY_EXISTS", "The contact has an active call.");
    }
    const day = Math.floor(now / DAY);
    const placed = this.first("SELECT placed FROM day WHERE day = ?", day)?.placed ?? 0;
    if (placed >= account.calls_per_day) return refuse(429, "QUOTA_EXCEEDED", "Enough for today.");
    this.sql.exec("INSERT OR REPLACE INTO call (key, body, call_id, button, contact, at) VALUES (?, ?, ?, ?, ?, ?)",
      key, body, callId, buttonId, contact, now);
    this.sql.exec("INSERT OR REPLACE INTO lease VALUES (?, ?, ?)", contact, callId, now + LEASE);
    this.sql.exec("INSERT INTO day VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET placed = placed + 1", day);
    if (await this.ctx.storage.getAlarm() === null) await this.ctx.storage.setAlarm(now + DAY);
    const [caller, callee] = button.dial_first === "contact" ? [contact, button.extension] : [button.extension, contact];
    return { caller, callee, connection: account.connections[0] };
  }

  ended(key, callId, { state, reason, durationSeconds }, at) {
    this.sql.exec("UPDATE call SET state = ?, reason = ?, duration = ?, ended_at = ? WHERE key = ? AND call_id = ? AND ended_at IS NULL",
      state, reason ?? null, durationSeconds ?? null, at, key, callId);
    this.sql.exec("DELETE FROM lease WHERE contact = (SELECT contact FROM call WHERE key = ?) AND call_id = ?", key, callId);
  }

  async alarm() {
    this.sql.exec("DELETE FROM call WHERE at < ?", Date.now() - 31 * DAY);
    await this.ctx.storage.setAlarm(Date.now() + DAY);
  }
}

export class OperatorCallRoom extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS known (known TEXT NOT NULL)");
  }

  async change(change) {
    const row = this.sql.exec("SELECT known FROM known").toArray()[0];
    const known = row ? JSON.parse(row.known) : { call: null, parked: [] };
    const answer = change(known);
    const text = JSON.stringify(known);
    if (text !== row?.known) {
      this.sql.exec(row ? "UPDATE known SET known = ?" : "INSERT INTO known VALUES (?)", text);
      await this.ctx.storage.setAlarm(Date.now() + (known.call ? LEASE : 120_000));
    }
    return answer;
  }

  bind(call) {
    return this.change((known) => {
      known.call = call;
      return known.parked.splice(0);
    });
  }

  tell(status) {
    return this.change((known) => {
      if (!known.call && known.parked.length < 16) known.parked.push(status);
      return known.call;
    });
  }

  async alarm() {
    await this.ctx.storage.deleteAll();
  }
}

export class CallRoom extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(`
      CREATE TABLE IF NOT EXISTS call (call TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS deadline (kind TEXT PRIMARY KEY, at INTEGER NOT NULL);`);
  }

  /** The call and its log; nothing is kept in memory. */
  load() {
    const row = this.sql.exec("SELECT call FROM call").toArray()[0];
    if (!row) return null;
    const call = JSON.parse(row.call);
    const opened = { seq: 1, state: "initiating", at: call.openedAt };
    const told = this.sql.exec("SELECT entry FROM event ORDER BY seq").toArray();
    return { call, log: [opened, ...told.map(({ entry }) => JSON.parse(entry))] };
  }

  async open(call) {
    if (this.load()) return;
    this.sql.exec("INSERT INTO call VALUES (?)", JSON.stringify(call));
    this.set("watch", call.openedAt + PLACE_LIMIT);
    await this.arm();
  }

  read() {
    const { call, log } = this.load();
    return { id: call.id, openedAt: call.openedAt, state: log.at(-1).state };
  }

  async bind(operatorCall) {
    const { call, log } = this.load();
    if (!call.operatorCall) this.keep(call, operatorCall, log);
    await this.arm();
    return this.read();
  }

  keep(call, operatorCall, log) {
    call.operatorCall = operatorCall;
    this.sql.exec("UPDATE call SET call = ?", JSON.stringify(call));
    if (!isEnd(log.at(-1).state)) this.set("watch", Date.now() + RINGING_SILENCE);
  }

  async tell(operatorCall, status) {
    const loaded = this.load();
    if (!loaded) throw new Problem(404, "NOT_FOUND", "There is no such call.");
    const { call, log } = loaded;
    if (!call.operatorCall) this.keep(call, operatorCall, log);
    const last = log.at(-1);
    const { state, reason, durationSeconds } = explained(status, log);
    if (call.operatorCall === operatorCall && RANKS.indexOf(state) > RANKS.indexOf(last.state) && !isEnd(last.state)) {
      const entry = { seq: last.seq + 1, state, at: Date.now() };
      if (state === "disconnected") Object.assign(entry, { reason: reason ?? "other", durationSeconds: durationSeconds || 0 });
      this.commit(call, entry);
    }
    await this.arm();
    return this.read();
  }

  commit(call, entry) {
    this.sql.exec("INSERT INTO event VALUES (?, ?)", entry.seq, JSON.stringify(entry));
    const text = frame(call.id, entry), over = isEnd(entry.state);
    for (const socket of this.ctx.getWebSockets()) {
      socket.send(text);
      if (over) socket.close(1000, "ended");
    }
    if (!over) return this.set("watch", entry.at + (entry.state === "connected" ? TALKING_SILENCE : RINGING_SILENCE));
    this.setOnly("report", entry.at + REPORT_AGAIN);
    this.ctx.waitUntil(this.report(call, entry));
  }

  async report(call, entry) {
    await this.env.ACCOUNT_ROOM.getByName(call.account).ended(call.key, call.id, entry, entry.at);
    this.setOnly("forget", entry.at + DAY);
    await this.arm();
  }

  fetch(request) {
    const loaded = this.load();
    if (!loaded) return empty(404);
    const { call, log } = loaded;
    const after = request.url.slice(request.url.lastIndexOf("/") + 1);
    const last = log.at(-1);
    if (isEnd(last.state) && after && Number(after) >= last.seq) return empty(204);
    if (this.ctx.getWebSockets().length >= 20) return empty(429);
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    const unheard = after ? log.filter((entry) => entry.seq > Number(after)) : [last];
    for (const entry of unheard) server.send(frame(call.id, entry));
    if (isEnd(last.state)) server.close(1000, "ended");
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage() {}

  webSocketClose(socket) {
    socket.close(1000, "");
  }

  webSocketError() {}

  async alarm() {
    const loaded = this.load();
    if (!loaded) return;
    const { call, log } = loaded;
    const last = log.at(-1);
    for (const { kind } of this.sql.exec("SELECT kind FROM deadline WHERE at <= ?", Date.now()).toArray()) {
      if (kind === "watch") this.commit(call, { seq: last.seq + 1, state: "failed", code: "OPERATOR_TIMEOUT", at: Date.now() });
      if (kind === "report") {
        this.set("report", Date.now() + REPORT_AGAIN);
        await this.report(call, last);
      }
      if (kind === "forget") return this.ctx.storage.deleteAll();
    }
    await this.arm();
  }

  set(kind, at) {
    this.sql.exec("INSERT OR REPLACE INTO deadline VALUES (?, ?)", kind, at);
  }

  setOnly(kind, at) {
    this.sql.exec("DELETE FROM deadline WHERE kind <> ?", kind);
    this.set(kind, at);
  }

  /** An alarm that is too early stays: it costs less than moving it. */
  async arm() {
    const next = this.sql.exec("SELECT at FROM deadline ORDER BY at LIMIT 1").toArray()[0];
    if (!next) return;
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || next.at < alarm) await this.ctx.storage.setAlarm(next.at);
  }
}

function frame(callId, { seq, at, ...told }) {
  return `id: ${seq}\nevent: status\ndata: ${JSON.stringify({ callId, ...told, at: new Date(at).toISOString() })}\n\n`;
}
