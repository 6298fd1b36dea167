import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    globalSetup: ["src/server/testing/start-postgres.ts"],
    // Opening a store takes seconds where the machine is busy; only what hangs is to be cut off.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
