// Makes agent tokens for Click to Dial, on a CRM's own server.

import { randomUUID } from "node:crypto";
import { argv, env } from "node:process";
import { fileURLToPath } from "node:url";
import { EncryptJWT, base64url } from "jose";

/// Seconds that a token lives: the page is open, and asks for a new one.
const LIFE = 300;

/**
 * @param {{ kid: string, key: string }} embedKey as they were shown when it was made
 * @param {{ account: string, button: string, agent: string, extension: string,
 *   contact?: string }} call who may call whom; without a contact the page asks for one
 * @returns {Promise<string>} the token for the page
 */
export function agentToken(embedKey, { account, button, agent, extension, contact }) {
  const now = Math.floor(Date.now() / 1000);
  return new EncryptJWT({ button, agent, extension, ...(contact && { contact }) })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: embedKey.kid })
    .setIssuer(account)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFE)
    .setJti(randomUUID())
    .encrypt(base64url.decode(embedKey.key));
}

// node agent-token.mjs AGENT EXTENSION [CONTACT], with the rest in the environment
if (argv[1] === fileURLToPath(import.meta.url)) {
  const [agent, extension, contact] = argv.slice(2);
  const embedKey = { kid: env.EMBED_KEY_ID, key: env.EMBED_KEY };
  const call = { account: env.ACCOUNT_ID, button: env.BUTTON_ID, agent, extension, contact };
  console.log(await agentToken(embedKey, call));
}
