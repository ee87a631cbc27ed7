"""Makes agent tokens for Click to Dial, on a CRM's own server."""

import json
import os
import sys
import time
import uuid

from joserfc import jwe
from joserfc.jwk import OctKey

# Seconds that a token lives: the page is open, and asks for a new one.
LIFE = 300


def agent_token(kid, key, *, account, button, agent, extension, contact=None):
    """The token for the page.

    kid, key: the embed key, as they were shown when it was made.
    Without a contact the page asks for one.
    """
    now = int(time.time())
    claims = {
        "iss": account,
        "button": button,
        "agent": agent,
        "extension": extension,
        "iat": now,
        "exp": now + LIFE,
        "jti": str(uuid.uuid4()),
    }
    if contact is not None:
        claims["contact"] = contact
    header = {"alg": "dir", "enc": "A256GCM", "kid": kid}
    embed_key = OctKey.import_key({"kty": "oct", "k": key})
    return jwe.encrypt_compact(header, json.dumps(claims), embed_key)


# python agent_token.py AGENT EXTENSION [CONTACT], with the rest in the environment
if __name__ == "__main__":
    print(
        agent_token(
            os.environ["EMBED_KEY_ID"],
            os.environ["EMBED_KEY"],
            account=os.environ["ACCOUNT_ID"],
            button=os.environ["BUTTON_ID"],
            agent=sys.argv[1],
            extension=sys.argv[2],
            contact=sys.argv[3] if len(sys.argv) > 3 else None,
        )
    )
