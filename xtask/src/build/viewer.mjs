// Writes the API reference's viewer. Its makers publish the file on its own only
// within a package of 290 MB; their plugin for Fastify has it too, at a tenth of
// that, and gives it to whoever asks for the route.
import plugin from "@scalar/fastify-api-reference";

const routes = new Map();
const server = {
  route: (route) => routes.set(route.url, route),
  hasPlugin: () => false,
  initialConfig: {},
  log: console,
};
plugin(server, { routePrefix: "/docs", configuration: { url: "/" } }, () => {});
const reply = { header: () => reply, send: (text) => text };
process.stdout.write(routes.get("/docs/js/scalar.js").handler(undefined, reply));
