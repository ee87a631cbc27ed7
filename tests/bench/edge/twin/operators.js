// What is asked of the operators, each in its own dialect.

import * as kazoo from "./kazoo.js";
import { Problem, basic, parse } from "./http.js";

/** What an isolate remembers of its connections. */
const tokens = new Map();

export const OPERATORS = {
  camara: {
    namesItsCalls: false,
    async place(name, connection, order) {
      for (const last of [false, true]) {
        const token = await camaraToken(name, connection);
        const [status, call] = await ask(`${connection.base_url}/calls`, {
          authorization: `Bearer ${token}`, accept: "application/json",
          "content-type": "application/json", "x-correlator": order.correlator,
        }, JSON.stringify({
          caller: { number: order.caller }, callee: { number: order.callee }, sink: order.sink,
          sinkCredential: {
            credentialType: "ACCESSTOKEN", accessToken: order.bearer,
            accessTokenExpiresUtc: order.expires, accessTokenType: "bearer",
          },
        }));
        if (status === 401 && !last) tokens.delete(name);
        else if (status < 300 && typeof call.callId === "string") return call.callId;
        else throw new Problem(502, "OPERATOR_ERROR", "The operator refused.");
      }
    },
  },
  kazoo: { namesItsCalls: true, place: kazoo.place },
  "china-mobile": {
    namesItsCalls: true,
    async place(_, connection, order) {
      const [status, { code, result }] = await ask(`${connection.base_url}/clicktodialbegin`, {
        authorization: basic(connection.app_id, connection.secret_key),
        "content-type": "application/json", accept: "application/json",
      }, JSON.stringify({
        APPID: connection.app_id, sponsor: connection.sponsor, caller: order.caller.slice(1),
        callee: order.callee.slice(1), record: "0",
      }));
      if (status < 300 && code === "0000000" && result?.callidentifier) return result.callidentifier;
      throw new Problem(502, "OPERATOR_ERROR", "The operator refused.");
    },
  },
};

async function camaraToken(name, connection) {
  const known = tokens.get(name);
  if (known && Date.now() < known.renewAt) return known.token;
  const scope = "click-to-dial:calls:create";
  const [status, answer] = await ask(connection.token_url, {
    authorization: basic(encodeURIComponent(connection.client_id), encodeURIComponent(connection.client_secret)),
    "content-type": "application/x-www-form-urlencoded", accept: "application/json",
  }, String(new URLSearchParams({ grant_type: "client_credentials", scope })));
  if (status >= 300 || !answer.access_token) throw new Problem(503, "OPERATOR_UNAVAILABLE", "No token.");
  tokens.set(name, { token: answer.access_token, renewAt: Date.now() + (answer.expires_in - 30) * 1000 });
  return answer.access_token;
}

async function ask(url, headers, body) {
  const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(8_000) });
  const text = await answer.text();
  console.log(`POST ${url} ${answer.status}`);
  return [answer.status, parse(text)];
}
