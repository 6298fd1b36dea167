import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { getRequestListener } from "@hono/node-server";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import subsetFont from "subset-font";
import { type Plugin, minify, runnerImport } from "vite";
import { defineConfig } from "vitest/config";
import { divideClient } from "./src/client/app/divide-client.ts";

const PORT = Number(process.env["FLOWLINE_PORT"] || process.env["PORT"] || 4400);

/** `npm run dev`: the API is answered by the same process, on the same port, from the sources as they are. */
function localApi(): Plugin {
  return {
    name: "flowline-local-api",
    configureServer(vite) {
      const listener = getRequestListener(async (request) => {
        const { handleDevRequest } = await vite.ssrLoadModule("/src/server/dev-server.ts");
        return handleDevRequest(request, vite.config.server.port ?? PORT);
      });
      vite.middlewares.use((request, response, next) => {
        if (/^\/(?:v1|local|healthz|readyz|metrics)(?:[/?]|$)/.test(request.url ?? ""))
          void listener(request, response);
        else next();
      });
    },
  };
}

const sourceFile = (path: string) => join(import.meta.dirname, "src/client", path);

const scalarDirectory = join(import.meta.dirname, "node_modules/@scalar/api-reference");
const readVersion = async (folder: string): Promise<string> =>
  JSON.parse(await readFile(join(folder, "package.json"), "utf8")).version;
/** The version is part of the path, because the files of the package have names without a hash. */
const SCALAR_PATH = `assets/scalar-${await readVersion(scalarDirectory)}`;

/** Serves the self-contained build of Scalar, which draws `/docs`, from this server: as it is, beside the bundle. */
function scalar(): Plugin {
  const source = join(scalarDirectory, "dist/browser");
  const referenceModule = sourceFile("app/api-reference.ts");
  const referencePage = sourceFile("app/api-reference.html");
  return {
    name: "flowline-scalar",
    apply: (_, { isSsrBuild }) => isSsrBuild !== true,
    config: () => ({
      define: { "import.meta.env.SCALAR_URL": JSON.stringify(`/${SCALAR_PATH}/standalone.esm.js`) },
    }),
    configureServer(vite) {
      vite.middlewares.use((request, response, next) => {
        const path = new URL(request.url ?? "/", "http://localhost").pathname;
        if (path === "/docs") request.url = `/${relative(import.meta.dirname, referencePage)}`;
        const file = /^\/assets\/scalar-[\d.]+\/([\w./-]+\.js)$/.exec(path)?.[1];
        if (file === undefined || file.includes("..")) return next();
        readFile(join(source, file)).then(
          (code) => response.setHeader("content-type", "text/javascript").end(code),
          () => next(),
        );
      });
    },
    buildStart() {
      if (this.environment.mode === "build")
        this.emitFile({ type: "chunk", id: referenceModule, name: "docs" });
    },
    async generateBundle(_, bundle) {
      const script = Object.values(bundle).find(
        (file) => file.type === "chunk" && file.facadeModuleId === referenceModule,
      );
      if (script?.type !== "chunk") throw new Error(`The build has no ${referenceModule}.`);
      const tags = [
        ...[...(script.viteMetadata?.importedCss ?? [])].map(
          (file) => `<link rel="stylesheet" href="/${file}">`,
        ),
        `<script type="module" src="/${script.fileName}"></script>`,
      ];
      // Not an entry of Vite: a second page would move code that both share out of the first one's files.
      this.emitFile({
        type: "asset",
        fileName: "docs.html",
        source: (await readFile(referencePage, "utf8")).replace(/<script type="module".*<\/script>/, () =>
          tags.join(""),
        ),
      });
      const names = [
        "standalone.esm.js",
        ...(await readdir(join(source, "chunks"))).map((name) => `chunks/${name}`),
      ];
      for (const name of names.filter((file) => file.endsWith(".js"))) {
        const code = await readFile(join(source, name), "utf8");
        this.emitFile({
          type: "asset",
          fileName: `${SCALAR_PATH}/${name}`,
          source: code.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n"),
        });
      }
    },
  };
}

/** Gives the client what pages draw of step types as data: their descriptions, with the forms, are loaded later. */
function stepTypeFacts(): Plugin {
  return {
    name: "flowline-step-type-facts",
    apply: (_, { command, isSsrBuild }) => command === "build" && isSsrBuild !== true,
    load: {
      filter: { id: /\/src\/contract\/step-(?:types|facts)\.ts$/ },
      async handler(id) {
        const { module } = await runnerImport<object>(id);
        return Object.entries(module)
          .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
          .join("\n");
      },
    },
  };
}

/** Imports each icon from its own file: through the package's index, every module would seem to draw all of them. */
function iconFiles(): Plugin {
  const directory = join(import.meta.dirname, "node_modules/lucide-react/dist/esm");
  const files = new Map<string, string>();
  return {
    name: "flowline-icon-files",
    enforce: "post",
    apply: (_, { command, isSsrBuild }) => command === "build" && isSsrBuild !== true,
    async buildStart() {
      const index = await readFile(join(directory, "lucide-react.mjs"), "utf8");
      for (const [, names = "", file = ""] of index.matchAll(/export \{([^}]*)\} from '([^']*)'/g)) {
        for (const [, name = ""] of names.matchAll(/default as (\w+)/g))
          files.set(name, join(directory, file));
      }
    },
    transform: {
      filter: { id: /\/src\/client\//, code: "lucide-react" },
      handler: (code) =>
        code.replaceAll(
          /(import|export) \{([^}]*)\} from "lucide-react";/g,
          (_, word: string, names: string) =>
            names
              .split(",")
              .map((name) => {
                const [icon = "", local = icon] = name.trim().split(" as ");
                return `${word} { default as ${local} } from ${JSON.stringify(files.get(icon))};`;
              })
              .join(""),
        ),
    },
  };
}

/** Writes `boot.js` into the page, which would otherwise wait for one more file before it is read on. */
function bootScript(): Plugin {
  const file = sourceFile("app/boot.js");
  return {
    name: "flowline-boot-script",
    transformIndexHtml: {
      order: "pre",
      async handler(html) {
        const source = await readFile(file, "utf8");
        const { code } = await minify(file, source, { compress: { target: "es2015" } });
        // The minifier writes strings as template literals, which the oldest browsers cannot parse.
        const script = code.replaceAll(/`([^`]*)`/g, (_, text: string) => JSON.stringify(text)).trim();
        return html.replace('<script src="/boot.js">', () => `<script>${script}`);
      },
    },
  };
}

/** Compiled at its first call, each function takes time of the main thread: in all a third of the time to the first row. */
function compileHints(): Plugin {
  return {
    name: "flowline-compile-hints",
    apply: (_, { command, isSsrBuild }) => command === "build" && isSsrBuild !== true,
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle))
          if (file.type === "chunk" && /^(?:start|tools|list|editor|analysis|panels)\b/.test(file.name))
            file.code = `//# allFunctionsCalledOnLoad\n${file.code}`;
      },
    },
  };
}

/** Writes a `.br` beside every built text file but the page, which differs with each answer. */
function brotliFiles(): Plugin {
  const compress = promisify(brotliCompress);
  return {
    name: "flowline-brotli",
    apply: (_, { command, isSsrBuild }) => command === "build" && isSsrBuild !== true,
    async writeBundle({ dir = "" }) {
      const names = await readdir(dir, { recursive: true });
      const texts = names.filter((name) => /\.(?:js|css|svg|json)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          // The best quality would take many seconds for the megabytes of Scalar.
          const quality = name.startsWith(SCALAR_PATH) ? 9 : constants.BROTLI_MAX_QUALITY;
          const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
          const packed = await compress(await readFile(join(dir, name)), { params });
          await writeFile(join(dir, `${name}.br`), packed);
        }),
      );
    },
  };
}

/**
 * Brings the server's threads along. `new URL("./x.mjs", import.meta.url)` names the source itself in development; in the
 * built server it has to lead from the file that it ended up in to the one that the thread was bundled into.
 */
function serverThreads(): Plugin {
  const threadUrl = /new URL\((["'])(\.\/[\w/-]+)\.mjs\1, import\.meta\.url\)/g;
  const fileOf = (path: string) => `threads/${basename(path)}.js`;
  return {
    name: "flowline-server-threads",
    apply: (_, { command, isSsrBuild }) => command === "build" && isSsrBuild === true,
    transform(code, id) {
      for (const [, , path = ""] of code.matchAll(threadUrl)) {
        this.emitFile({ type: "chunk", id: `${join(dirname(id), path)}.mjs`, fileName: fileOf(path) });
      }
    },
    renderChunk(code, { fileName }) {
      const lead = (path: string) => relative(dirname(fileName), fileOf(path)).replaceAll("\\", "/");
      const led = code.replaceAll(threadUrl, (_, __, path: string) => {
        return `new URL("./${lead(path)}", import.meta.url)`;
      });
      // The lines stay as they are, and with them the map.
      return led === code ? null : { code: led, map: null };
    },
  };
}

/** The weights that the pages use, without ligatures and fractions: half of a font, which comes before the first text. */
const FONT_PARTS = {
  variationAxes: { wght: { min: 400, max: 700 } },
  keepFeatures: ["kern", "tnum", "ccmp", "locl", "mark", "mkmk"],
};
/** What the interface writes: the range of the `basic` fonts in `styles.css`. */
const BASIC_CHARACTERS = `${listCharacters(0x20, 0x7e)}\u00a0·×–—‘’“”•…`;
const EVERY_CHARACTER = listCharacters(1, 0xd7ff);
const FONT_FILES = [
  { file: "basic", subset: "latin", characters: BASIC_CHARACTERS },
  { file: "latin", subset: "latin", characters: EVERY_CHARACTER },
  { file: "latin-ext", subset: "latin-ext", characters: EVERY_CHARACTER },
];

function listCharacters(from: number, to: number): string {
  return String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, index) => from + index));
}

/** Writes the used parts of the fonts to `node_modules/.cache/fonts`, where the style sheet reads them. */
function usedFontParts(): Plugin {
  const modules = join(import.meta.dirname, "node_modules");
  const directory = join(modules, ".cache/fonts");
  const writePart = async (font: string, { file, subset, characters }: (typeof FONT_FILES)[number]) => {
    const source = `@fontsource-variable/${font}/files/${font}-${subset}-wght-normal.woff2`;
    const whole = await readFile(join(modules, source));
    const key = createHash("sha256")
      .update(whole)
      .update(JSON.stringify([FONT_PARTS, characters]))
      .digest("hex");
    const path = join(directory, `${font}-${file}-wght-normal.woff2`);
    if ((await readFile(`${path}.key`, "utf8").catch(() => "")) === key) return;
    const part = await subsetFont(whole, characters, { targetFormat: "woff2", ...FONT_PARTS });
    // Renamed, because another build may read the file meanwhile.
    await writeFile(`${path}.${process.pid}`, part);
    await rename(`${path}.${process.pid}`, path);
    await writeFile(`${path}.key`, key);
  };
  return {
    name: "flowline-font-parts",
    async buildStart() {
      await mkdir(directory, { recursive: true });
      for (const font of ["inter", "jetbrains-mono"])
        for (const file of FONT_FILES) await writePart(font, file);
    },
  };
}

/** Packages of many small files, which the server would need a quarter of its start to find and to load one by one. */
const BUNDLED_SERVER_PACKAGES = [
  "@hono/node-server",
  "@opentelemetry/api",
  "cron-parser",
  "drizzle-orm",
  "hono",
  "luxon",
  "prom-client",
  "zod",
];

const version = await readVersion(import.meta.dirname);

export default defineConfig(({ mode, isSsrBuild }) => ({
  define: { "import.meta.env.VERSION": JSON.stringify(version) },
  plugins: [
    react(),
    tailwindcss(),
    localApi(),
    scalar(),
    stepTypeFacts(),
    iconFiles(),
    usedFontParts(),
    bootScript(),
    compileHints(),
    brotliFiles(),
    serverThreads(),
  ],
  server: { port: PORT, strictPort: true, host: "127.0.0.1" },
  ...(isSsrBuild && { ssr: { noExternal: BUNDLED_SERVER_PACKAGES } }),
  build: {
    target: isSsrBuild ? "node20" : "es2022",
    // The server of a test build has the fault hook; production builds do not hold it.
    outDir: isSsrBuild ? (mode === "test" ? "dist/server-test" : "dist/server") : "dist/client",
    emptyOutDir: true,
    // Lists the files that each route needs, for the bundle budget.
    manifest: isSsrBuild !== true,
    // The content security policy allows no `data:` fonts, styles or scripts.
    assetsInlineLimit: 0,
    // Every supported browser preloads modules itself.
    modulePreload: { polyfill: false },
    copyPublicDir: isSsrBuild !== true,
    sourcemap: isSsrBuild,
    // The files of a page are bounded by e2e/bench/budgets.json instead, packed and per route.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      // Hints for authors of plugins, which the first `npm start` would show to everyone.
      checks: { bundlerTimings: false },
      // The widths of `ui/hooks/use-media-query.ts` would otherwise all be in the first chunk.
      optimization: { inlineConst: { mode: "all", pass: 1 } },
      ...(isSsrBuild !== true && { output: { codeSplitting: divideClient(sourceFile) } }),
    },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "e2e/checks/*.test.ts"],
    globalSetup: ["src/server/testing/start-postgres.ts", "src/server/testing/build-test-server.ts"],
    // Gives each file modules of its own; a process of its own for each would double the time.
    setupFiles: ["src/server/testing/test-file-setup.ts"],
    isolate: false,
    // Optimizing the WebAssembly of the embedded store takes longer than the tests that use it.
    execArgv: ["--liftoff-only"],
    tags: [{ name: "full", description: "too long for `npm test`: run by `npm run test:full`" }],
    ...(process.env["FULL_RUN"] === undefined && { tagsFilter: ["!full"] }),
    // `npm run check` means what code changed; `npm test` runs every test anyway.
    forceRerunTriggers: [],
    // Three fit on two processors, because tests often wait for PostgreSQL, other processes and timers.
    maxWorkers: 3,
    // Opening a store takes seconds where the machine is busy; only what hangs is to be cut off.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
}));
