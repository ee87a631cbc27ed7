// Runs the built worker in workerd as `wrangler.toml` describes it, until it is ended:
//
//   node serve.mjs CONFIG SETTINGS STATE PORT
//
// CONFIG is the `wrangler.toml`, SETTINGS a file of variables and secrets as wrangler's
// `--env-file` takes it, STATE the folder of the rooms, PORT 0 for any.
//
// `wrangler dev` would put a proxy in a process of its own before the worker. Proxy and
// worker drop an idle connection after the same five seconds, so that now and then a
// request is lost or a connection reset between the two; no visitor of a deployment
// meets with that.
import { dirname, join, resolve } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";
import {
  unstable_getMiniflareWorkerOptions as workerOptions,
  unstable_getVarsForDev as variablesForDev,
  unstable_readConfig as readConfig,
} from "wrangler";

const [config, settings, state, port] = process.argv.slice(2);
const { main, vars } = readConfig({ config });
// Given a file, it reads no other: a developer's own settings stay out.
const variables = variablesForDev(config, [resolve(settings)], vars, undefined, true);
const { modulesRules, ...options } = workerOptions(config).workerOptions;
const miniflare = new Miniflare({
  ...options,
  name: "click-to-dial",
  bindings: Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value])),
  modulesRoot: dirname(main),
  modules: [
    { type: "ESModule", path: main },
    { type: "CompiledWasm", path: join(dirname(main), "index_bg.wasm") },
  ],
  host: "127.0.0.1",
  port: Number(port),
  // Would ask a server on the internet for sample data that nobody uses.
  cf: false,
  log: new Log(LogLevel.INFO, { prefix: "http" }),
  // Where `wrangler dev --persist-to` keeps them.
  defaultPersistRoot: join(resolve(state), "v3"),
});
const { port: served } = await miniflare.ready;
console.log(`listening on port ${served}`);
