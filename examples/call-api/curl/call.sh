#!/usr/bin/env bash
# Places a call, follows it until both talk, and hangs up.
#   EDGE=http://127.0.0.1:8787 CLIENT_ID=… CLIENT_SECRET=… ./call.sh
set -euo pipefail
API="$EDGE/click-to-dial/v0.2"

# 1. A token, for ten minutes. One JSON value is all that is needed of an answer.
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
TOKEN=$(curl --silent --show-error --fail-with-body "$EDGE/oauth2/token" \
  --user "$CLIENT_ID:$CLIENT_SECRET" \
  --data grant_type=client_credentials | value access_token)

# 2. The call. The caller's phone rings first. In the sandbox no phone rings, and
#    this callee answers and talks for an hour.
CALL=$(curl --silent --show-error --fail-with-body "$API/calls" \
  --header "Authorization: Bearer $TOKEN" \
  --header "Content-Type: application/json" \
  --data '{"caller":{"number":"+12025550142"},"callee":{"number":"+12025550111"}}' | value callId)
echo "placed $CALL"

# 3. Its events, as they happen.
curl --silent --show-error --no-buffer "$API/calls/$CALL/events" \
  --header "Authorization: Bearer $TOKEN" |
  while IFS= read -r LINE; do
    STATE=$(value state <<<"$LINE")
    [ -z "$STATE" ] || echo "$STATE"

    # 4. Hang up. The stream ends with the call.
    if [ "$STATE" = connected ]; then
      curl --silent --show-error --fail-with-body --request DELETE "$API/calls/$CALL" \
        --header "Authorization: Bearer $TOKEN"
    fi
  done
