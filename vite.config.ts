import { readFile, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
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

/** Looks a module up while the bundle is divided. */
interface ModuleLookup {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/**
 * The modules that every page needs before it shows anything, as one file: three dozen small ones, which pages that come
 * later share, cost more requests than they save. Icons stay apart, since who imports one names the file of all of them.
 */
function divideClient() {
  let start: Set<string> | undefined;
  const findStart = (lookup: ModuleLookup) => {
    const found = new Set<string>([join(import.meta.dirname, "src/client/app/main.tsx")]);
    for (const id of found) {
      for (const imported of lookup.getModuleInfo(id)?.importedIds ?? [])
        if (!imported.includes("/lucide-react/")) found.add(imported);
    }
    return found;
  };
  return {
    groups: [
      {
        debugName: "start",
        name: (id: string, lookup: ModuleLookup) => ((start ??= findStart(lookup)).has(id) ? "start" : null),
      },
    ],
  };
}

export default defineConfig(({ mode, isSsrBuild }) => ({
  plugins: [react(), tailwindcss(), localApi(), brotliFiles(), serverThreads()],
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
    // What a page may need is bounded by e2e/bench/budgets.json, packed and per route.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: isSsrBuild ? {} : { output: { codeSplitting: divideClient() } },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    globalSetup: ["src/server/testing/start-postgres.ts"],
    setupFiles: ["src/server/testing/fixed-seed.ts"],
    // By itself it leaves one of two cores idle.
    maxWorkers: 2,
    // Opening a store takes seconds where the machine is busy; only what hangs is to be cut off.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
}));
