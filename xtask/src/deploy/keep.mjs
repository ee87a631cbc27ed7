// node keep.mjs URL FOLDER: puts the widget's past releases, as they are deployed at
// URL, beside the new one in FOLDER. Each file must be what the list of releases says.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Releases that stay, the new one included: a page that is open longer must be loaded again. */
const KEPT = 10;
/** What a list from the network may name; nothing that leads out of the folder. */
const VERSION = /^[0-9a-f]{16}$/;
const FILE = /^[a-zA-Z0-9][\w-]*(\/[a-zA-Z0-9][\w-]*)*\.(js|json|wasm)$/;

const [url, folder] = process.argv.slice(2);

const get = async (path) => {
  const answer = await fetch(`${url}/${path}`);
  if (!answer.ok) throw new Error(`${url}/${path} answers ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
};

const keep = async ({ version, files }) => {
  if (!VERSION.test(version)) throw new Error(`no version: ${version}`);
  for (const [name, sum] of Object.entries(files)) {
    if (!FILE.test(name)) throw new Error(`no name of a file: ${name}`);
    const path = `widget/${version}/${name}`;
    if (existsSync(join(folder, path))) continue;
    const content = await get(path);
    const found = `sha384-${createHash("sha384").update(content).digest("base64")}`;
    if (found != sum) throw new Error(`${path} is not what the list of releases says`);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
};

try {
  const list = join(folder, "releases.json");
  const fresh = JSON.parse(await readFile(list));
  const deployed = JSON.parse(await get("releases.json"));
  const past = deployed.filter(({ version }) => fresh.every((release) => release.version != version));
  const kept = past.slice(0, KEPT - fresh.length);
  for (const release of kept) await keep(release);
  await writeFile(list, `${JSON.stringify([...fresh, ...kept], null, 2)}\n`);
  console.log(`past releases that stay: ${kept.length}`);
} catch (error) {
  console.error(`past releases cannot be kept: ${error.message}`);
  process.exit(1);
}
