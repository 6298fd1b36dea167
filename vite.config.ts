import { readFile, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { getRequestListener } from "@hono/node-server";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const PORT = Number(process.env["PORT"] ?? 4400);

/** `npm run dev`: the API is answered by the same process, on the same port, from the sources as they are. */
function localApi(): Plugin {
  return {
    name: "flowline-local-api",
    configureServer(vite) {
      const listener = getRequestListener(async (request) => {
        const { devFetch } = await vite.ssrLoadModule("/src/server/dev-server.ts");
        return devFetch(request, vite.config.server.port ?? PORT);
      });
      vite.middlewares.use((request, response, next) => {
        if (/^\/(?:v1|local|healthz|readyz)(?:[/?]|$)/.test(request.url ?? ""))
          void listener(request, response);
        else next();
      });
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
          const packed = await compress(await readFile(join(dir, name)), {
            params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
          });
          await writeFile(join(dir, `${name}.br`), packed);
        }),
      );
    },
  };
}

interface Graph {
  readonly getModuleInfo: (id: string) => {
    readonly importedIds: readonly string[];
    readonly dynamicallyImportedIds: readonly string[];
  } | null;
}

/**
 * The own code that a page needs before it shows, in one file per page. By default it is cut wherever another part that
 * comes later shares a bit of it: into dozens of files, each of which costs a request and packs worse.
 */
function groupByPage() {
  const own = resolve("src");
  const main = resolve("src/client/app/main.tsx");
  const editor = resolve("src/client/features/flow-editor/flow-editor-page.tsx");
  let pages: { readonly main: Set<string>; readonly editor: Set<string> } | undefined;

  const findPages = (graph: Graph) => {
    const reach = (start: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(start) || !start.startsWith(own)) return seen;
      seen.add(start);
      for (const id of graph.getModuleInfo(start)?.importedIds ?? []) reach(id, seen);
      return seen;
    };
    const first = reach(main);
    const later = [...first].flatMap((id) => graph.getModuleInfo(id)?.dynamicallyImportedIds ?? []);
    // What the list asks for later must not bring the editor with it.
    const elsewhere = new Set(later.filter((id) => id !== editor).flatMap((id) => [...reach(id)]));
    return { main: first, editor: new Set([...reach(editor)].filter((id) => !elsewhere.has(id))) };
  };

  return (id: string, graph: Graph): string | null => {
    pages ??= findPages(graph);
    if (pages.main.has(id)) return "main";
    return pages.editor.has(id) ? "editor" : null;
  };
}

export default defineConfig(({ mode, isSsrBuild }) => ({
  plugins: [react(), tailwindcss(), localApi(), brotliFiles()],
  server: { port: PORT, strictPort: true, host: "127.0.0.1" },
  build: {
    target: isSsrBuild ? "node20" : "es2022",
    // The server of a test build has the fault hook; production builds do not hold it.
    outDir: isSsrBuild ? (mode === "test" ? "dist/server-test" : "dist/server") : "dist/client",
    emptyOutDir: true,
    // Tells the bundle budget which files each route needs.
    manifest: isSsrBuild !== true,
    // The content security policy allows no `data:` fonts, styles or scripts.
    assetsInlineLimit: 0,
    copyPublicDir: isSsrBuild !== true,
    sourcemap: isSsrBuild,
    ...(isSsrBuild !== true && {
      rolldownOptions: {
        output: {
          codeSplitting: { groups: [{ name: groupByPage() }], includeDependenciesRecursively: false },
        },
      },
    }),
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    globalSetup: ["src/server/testing/start-postgres.ts"],
    // Opening a store takes seconds where the machine is busy; only what hangs is to be cut off.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
