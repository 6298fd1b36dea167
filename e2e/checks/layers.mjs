import { readdirSync } from "node:fs";
import { join } from "node:path";

// Defines the layers of the sources, and the aliases and packages that each may import. The lint rule of
// `layer-imports.mjs` reads the table.

/**
 * @typedef {object} Layer
 * @property {string} folder
 * @property {readonly string[]} aliases folders that it may import
 * @property {readonly string[]} [onlyPackages] packages that it may import; all of them unless given
 * @property {readonly string[]} [exceptPackages] packages that it may not import
 * @property {boolean} [isForTests] all of its files may import testing/
 * @property {readonly string[]} [valuesExcept] folders of `aliases` from which only types may be imported
 * @property {string} message
 */

/**
 * Packages for browsers. Every dependency of the project is listed exactly once: here, or in one of the two other
 * package lists below.
 */
export const CLIENT_NPM_PACKAGES = [
  "@codemirror/autocomplete",
  "@codemirror/commands",
  "@codemirror/lang-javascript",
  "@codemirror/lang-json",
  "@codemirror/lang-liquid",
  "@codemirror/language",
  "@codemirror/lint",
  "@codemirror/merge",
  "@codemirror/state",
  "@codemirror/view",
  "@dnd-kit/core",
  "@fontsource-variable/inter",
  "@fontsource-variable/jetbrains-mono",
  "@hookform/resolvers",
  "@lezer/highlight",
  "@radix-ui/react-menu",
  "@tanstack/react-query",
  "@tanstack/react-router",
  "@tanstack/react-virtual",
  "eventsource-parser",
  "get-nonce",
  "idb",
  "lucide-react",
  "radix-ui",
  "react",
  "react-dom",
  "react-hook-form",
  "zustand",
];

export const SERVER_NPM_PACKAGES = [
  "@ai-sdk/openai-compatible",
  "@electric-sql/pglite",
  "@hono/node-server",
  "@opentelemetry/api",
  "@opentelemetry/exporter-trace-otlp-http",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-node",
  "ai",
  "drizzle-orm",
  "hono",
  "nodemailer",
  "pg",
  "pg-boss",
  "pino",
  "pino-pretty",
  "prom-client",
  "quickjs-emscripten",
  "undici",
];

const CORE_NPM_PACKAGES = ["acorn", "cron-parser", "cronstrue", "liquidjs"];

export const SHARED_NPM_PACKAGES = [...CORE_NPM_PACKAGES, "zod"];

const features = join(import.meta.dirname, "../../src/client/features");
const clientFeatureFolders = readdirSync(features).filter((name) => !name.includes("."));

/**
 * The folders of the flow editor, each with the other editor folders whose values it may import. Types may be imported
 * from every folder, because the type of the editor's context names types of all folders.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ALLOWED_EDITOR_FOLDER_IMPORTS = {
  session: [],
  "json-tab": [],
  actions: ["session"],
  find: ["session", "actions"],
  print: ["session"],
  problems: ["session"],
  runs: ["session"],
  saving: ["session", "problems"],
  "test-run": ["session", "actions", "runs"],
  inspector: ["session", "actions", "problems", "test-run"],
  "add-step": ["session", "inspector"],
  "step-list": ["session", "actions", "problems", "runs", "test-run"],
  versions: ["session", "step-list"],
  overview: ["session", "actions", "problems", "runs", "step-list"],
  shell: [
    "session",
    "json-tab",
    "find",
    "print",
    "problems",
    "runs",
    "saving",
    "test-run",
    "actions",
    "inspector",
    "add-step",
    "step-list",
    "versions",
    "overview",
  ],
};

/**
 * The folders of the core and of the server, each with the folders beside it whose values it may import. Types may be
 * imported from every folder.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const ALLOWED_CORE_FOLDER_IMPORTS = {
  text: [],
  json: ["text"],
  document: ["json", "text"],
  search: ["document", "json", "text"],
  references: ["document", "json", "text"],
  conditions: ["references"],
  commands: ["document", "json", "search", "text"],
  history: ["commands", "document", "json"],
  schedule: [],
  difference: ["document", "json", "text"],
  merge: ["document", "json", "difference", "text"],
  dataflow: ["document", "json", "text", "search", "references", "conditions", "commands", "difference"],
};

/** @type {Readonly<Record<string, readonly string[]>>} */
const ALLOWED_SERVER_FOLDER_IMPORTS = {
  domain: [],
  redaction: ["domain"],
  threads: [],
  store: ["domain", "threads"],
  config: ["domain", "redaction"],
  events: ["domain", "store"],
  telemetry: ["domain", "redaction", "store"],
  queues: ["domain", "store", "telemetry"],
  flows: ["domain", "store", "threads"],
  records: ["domain", "store", "flows"],
  runner: ["domain", "redaction", "threads", "config", "flows"],
  alerts: ["domain", "store", "queues", "config", "flows", "runner"],
  runs: ["domain", "redaction", "store", "telemetry", "queues", "flows", "records", "runner", "alerts"],
  schedules: ["domain", "store", "queues", "flows", "records", "runs", "alerts"],
  seed: ["store", "flows", "records"],
  backup: ["domain", "store"],
  http: [
    "domain",
    "store",
    "config",
    "events",
    "telemetry",
    "flows",
    "records",
    "runner",
    "alerts",
    "runs",
    "schedules",
    "threads",
  ],
  cloud: ["domain", "store", "flows", "http"],
  app: ["domain", "config", "flows", "runner", "http", "cloud"],
};

const NODE_ONLY = [...SERVER_NPM_PACKAGES, "node:"];

const BELOW_FEATURES = [
  "#core",
  "#contract",
  "#client/storage",
  "#client/ui",
  "#client/data",
  "#client/page",
  "#client/document",
  "#client/flow",
];

const FORM_AND_DRAG = ["@hookform/resolvers", "@dnd-kit/core", "react-hook-form"];

/** @type {readonly Layer[]} A later entry replaces an earlier one for the files of its folder. */
export const LAYER_IMPORT_RULES = [
  {
    folder: "src/core",
    aliases: ["#core"],
    onlyPackages: CORE_NPM_PACKAGES,
    message: "core is pure: it imports core only.",
  },
  ...listFolderLayers("core", ALLOWED_CORE_FOLDER_IMPORTS, {
    aliases: ["#core"],
    onlyPackages: CORE_NPM_PACKAGES,
    message:
      "A folder of core imports the folders below it (ALLOWED_CORE_FOLDER_IMPORTS in e2e/checks/layers.mjs).",
  }),
  {
    folder: "src/contract",
    aliases: ["#core", "#contract"],
    onlyPackages: ["zod"],
    message: "contract imports core and zod only.",
  },
  {
    folder: "src/server",
    aliases: ["#core", "#contract", "#server"],
    exceptPackages: CLIENT_NPM_PACKAGES,
    message: "server imports core and contract.",
  },
  ...listFolderLayers("server", ALLOWED_SERVER_FOLDER_IMPORTS, {
    aliases: ["#core", "#contract", "#server"],
    exceptPackages: CLIENT_NPM_PACKAGES,
    message:
      "A folder of the server imports the folders below it (ALLOWED_SERVER_FOLDER_IMPORTS in e2e/checks/layers.mjs).",
  }),
  {
    folder: "src/client",
    aliases: ["#core", "#contract", "#client"],
    exceptPackages: NODE_ONLY,
    message: "client imports core and contract.",
  },
  {
    folder: "src/client/storage",
    aliases: ["#client/storage"],
    onlyPackages: ["zustand"],
    message: "storage is the lowest folder of the client.",
  },
  {
    folder: "src/client/ui",
    aliases: ["#client/ui", "#client/storage"],
    exceptPackages: [...NODE_ONLY, ...FORM_AND_DRAG, "@tanstack/react-query", "@tanstack/react-router"],
    message: "ui is generic: it knows no flow, router, query or form library.",
  },
  {
    folder: "src/client/data",
    aliases: ["#core", "#contract", "#client/storage", "#client/data"],
    exceptPackages: [...NODE_ONLY, "@dnd-kit/core", "@radix-ui/react-menu", "radix-ui"],
    message: "data knows no screen.",
  },
  {
    folder: "src/client/page",
    aliases: ["#core", "#contract", "#client/storage", "#client/ui", "#client/data", "#client/page"],
    exceptPackages: NODE_ONLY,
    message: "page is what all screens share; it knows no flow that is open, and no screen.",
  },
  {
    folder: "src/client/document",
    aliases: ["#core", "#contract", "#client/storage", "#client/data", "#client/document"],
    exceptPackages: [
      ...NODE_ONLY,
      "@dnd-kit/core",
      "@tanstack/react-router",
      "@radix-ui/react-menu",
      "radix-ui",
    ],
    message: "document imports data, and knows no screen.",
  },
  {
    folder: "src/client/flow",
    aliases: BELOW_FEATURES,
    exceptPackages: NODE_ONLY,
    message: "flow draws a flow wherever it appears; it knows no feature.",
  },
  ...["*", ...clientFeatureFolders].map((feature) => ({
    folder: `src/client/features/${feature}`,
    aliases: feature === "*" ? BELOW_FEATURES : [...BELOW_FEATURES, `#client/features/${feature}`],
    exceptPackages: NODE_ONLY,
    message: "A feature imports neither another feature nor app.",
  })),
  {
    folder: "src/client/editor",
    aliases: [...BELOW_FEATURES, "#client/editor"],
    exceptPackages: NODE_ONLY,
    message: "The editor imports neither a feature nor app.",
  },
  ...listFolderLayers("client/editor", ALLOWED_EDITOR_FOLDER_IMPORTS, {
    aliases: [...BELOW_FEATURES, "#client/editor"],
    exceptPackages: NODE_ONLY,
    message:
      "A folder of the editor imports the folders below it (ALLOWED_EDITOR_FOLDER_IMPORTS in e2e/checks/layers.mjs).",
  }),
  {
    folder: "e2e",
    isForTests: true,
    aliases: ["#core", "#contract", "#server/setup", "#server/testing", "#client/document/testing", "#e2e"],
    message: "e2e knows the running product, the contract and the core.",
  },
];

/**
 * Lists a layer for each folder of a table, which forbids the values of all folders of the table that it does not name.
 * @param {string} parent
 * @param {Readonly<Record<string, readonly string[]>>} allowed
 * @param {Omit<Layer, "folder" | "valuesExcept">} layer
 * @returns {readonly Layer[]}
 */
function listFolderLayers(parent, allowed, layer) {
  const names = Object.keys(allowed);
  return names.map((name) => ({
    ...layer,
    folder: `src/${parent}/${name}`,
    valuesExcept: names
      .filter((other) => other !== name && !allowed[name]?.includes(other))
      .map((other) => `#${parent}/${other}`),
  }));
}
