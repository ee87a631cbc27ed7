// The settings: the same variables as the worker's own.

let settingsOnce;
export function read(env) {
  return settingsOnce ??= {
    accounts: JSON.parse(env.ACCOUNTS),
    connections: { main: JSON.parse(env.CONNECTION_MAIN) },
    key: crypto.subtle.importKey("raw", Uint8Array.fromHex(env.CTD_KEY), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
  };
}

export function allows(rule, origin) {
  if (rule === origin) return true;
  return rule.endsWith(":*") && !!origin && origin.startsWith(rule.slice(0, -1)) && /^\d+$/.test(origin.slice(rule.length - 1));
}
