# Places a call, follows it until both talk, and hangs up. Python 3.9, nothing to install.
#   EDGE=http://127.0.0.1:8787 CLIENT_ID=… CLIENT_SECRET=… python3 call.py
import base64
import json
import os
import urllib.request

EDGE = os.environ["EDGE"]
API = f"{EDGE}/click-to-dial/v0.2"


def ask(method, url, body=None, **headers):
    request = urllib.request.Request(url, body, headers, method=method)
    return urllib.request.urlopen(request)  # Anything but a yes is an exception.


# 1. A token, for ten minutes.
client = f"{os.environ['CLIENT_ID']}:{os.environ['CLIENT_SECRET']}"
basic = base64.b64encode(client.encode()).decode()
answer = ask("POST", f"{EDGE}/oauth2/token", b"grant_type=client_credentials", Authorization=f"Basic {basic}")
bearer = f"Bearer {json.load(answer)['access_token']}"

# 2. The call. The caller's phone rings first. In the sandbox no phone rings, and
#    this callee answers and talks for an hour.
call = {"caller": {"number": "+12025550142"}, "callee": {"number": "+12025550111"}}
headers = {"Authorization": bearer, "Content-Type": "application/json"}
call_id = json.load(ask("POST", f"{API}/calls", json.dumps(call).encode(), **headers))["callId"]
print("placed", call_id, flush=True)

# 3. Its events, as they happen.
for line in ask("GET", f"{API}/calls/{call_id}/events", Authorization=bearer):
    name, _, value = line.decode().rstrip("\n").partition(": ")
    if name != "data":
        continue
    state = json.loads(value)["state"]
    print(state, flush=True)

    # 4. Hang up. The stream ends with the call.
    if state == "connected":
        ask("DELETE", f"{API}/calls/{call_id}", Authorization=bearer)
