// Places a call, follows it until both talk, and hangs up. Node 20, nothing to install.
//   EDGE=http://127.0.0.1:8787 CLIENT_ID=… CLIENT_SECRET=… node call.mjs
const { EDGE, CLIENT_ID, CLIENT_SECRET } = process.env;
const API = `${EDGE}/click-to-dial/v0.2`;

async function ask(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer;
}

// 1. A token, for ten minutes.
const token = await ask(`${EDGE}/oauth2/token`, {
  method: "POST",
  headers: { authorization: `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}` },
  body: new URLSearchParams({ grant_type: "client_credentials" }),
});
const authorization = `Bearer ${(await token.json()).access_token}`;

// 2. The call. The caller's phone rings first. In the sandbox no phone rings, and
//    this callee answers and talks for an hour.
const placed = await ask(`${API}/calls`, {
  method: "POST",
  headers: { authorization, "content-type": "application/json" },
  body: JSON.stringify({ caller: { number: "+12025550142" }, callee: { number: "+12025550111" } }),
});
const { callId } = await placed.json();
console.log("placed", callId);

// 3. Its events, as they happen: blocks of lines with an empty line after each.
const events = await ask(`${API}/calls/${callId}/events`, { headers: { authorization } });
let text = "";
for await (const piece of events.body.pipeThrough(new TextDecoderStream())) {
  const blocks = (text + piece).split("\n\n");
  text = blocks.pop();
  for (const block of blocks) {
    const data = block.match(/^data: (.*)$/m);
    if (!data) continue;
    const { state } = JSON.parse(data[1]);
    console.log(state);

    // 4. Hang up. The stream ends with the call.
    if (state === "connected") {
      await ask(`${API}/calls/${callId}`, { method: "DELETE", headers: { authorization } });
    }
  }
}
