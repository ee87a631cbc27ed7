// Shows the OpenAPI document. Everything comes from this deployment: no fonts,
// no proxy and no services of the viewer's makers.
const colours = `
  .light-mode, .light-mode .dark-mode {
    --scalar-background-1: #fff; --scalar-background-2: #f3f6f5; --scalar-background-3: #e5f1ee;
    --scalar-background-accent: #e5f1ee; --scalar-border-color: #dfe6e4;
    --scalar-color-1: #17211f; --scalar-color-2: #3d4b48; --scalar-color-3: #586763; --scalar-color-accent: #0f6b5c;
    --scalar-color-green: #0f6b5c; --scalar-color-blue: #22629c; --scalar-color-orange: #96540a; --scalar-color-red: #b3261e;
  }
  .dark-mode {
    --scalar-background-1: #0e1514; --scalar-background-2: #17201e; --scalar-background-3: #1c322d;
    --scalar-background-accent: #1c322d; --scalar-border-color: #2a3633;
    --scalar-color-1: #eef4f2; --scalar-color-2: #c8d4d0; --scalar-color-3: #a3b3ae; --scalar-color-accent: #4fc9b0;
    --scalar-color-green: #4fc9b0; --scalar-color-blue: #7fb8ee; --scalar-color-orange: #f0b066; --scalar-color-red: #ff8a80;
  }
  :root { --scalar-font: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; --scalar-font-code: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
`;

const reference = document.getElementById("reference");
reference.replaceChildren();
Scalar.createApiReference(reference, {
  url: "/docs/openapi.json",
  theme: "none",
  customCss: colours,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: "never",
  hideClientButton: true,
  documentDownloadType: "none",
  // The examples are the project's own, which are known to work.
  hiddenClients: true,
  metaData: { title: "API reference · Click to Dial" },
  authentication: { preferredSecurityScheme: "clientCredentials" },
});
