import { createServer } from "node:http";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { build } from "vite";

const ROOT = join(import.meta.dirname, "bare-page");

/** Builds the pages of `bare-page` and serves them with `flow` on a free port: `/` with React, `/plain` without. */
export async function serveBarePages(
  flow: unknown,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: "warn",
    plugins: [react()],
    build: { write: false, target: "es2022", modulePreload: { polyfill: false } },
  });
  if (!("output" in built)) throw new Error("The bare pages were not built once.");
  const files = new Map(
    built.output.map((file) => [
      `/${file.fileName}`,
      file.type === "chunk" ? file.code : Buffer.from(file.source),
    ]),
  );
  const page = files.get("/index.html");
  const server = createServer(({ url = "/" }, response) => {
    if (url === "/flow")
      return response.setHeader("content-type", "application/json").end(JSON.stringify(flow));
    response.setHeader("content-type", url.endsWith(".js") ? "text/javascript" : "text/html");
    return response.end(files.get(url) ?? page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The bare pages have no port.");
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
