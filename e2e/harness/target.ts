import { type Server, createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A local site for the HTTP requests of flows. It responds to every path with JSON. */
export interface FakeHttpRequestTargetSite {
  /** Host and port, as in `FLOWLINE_ALLOW_PRIVATE_HTTP`. */
  readonly host: string;
  readonly url: string;
  readonly asked: readonly string[];
  /** Delays all responses until `letGo` is called. */
  hold(): void;
  letGo(): void;
  close(): Promise<void>;
}

export async function startFakeHttpRequestTargetSite(): Promise<FakeHttpRequestTargetSite> {
  const asked: string[] = [];
  let held: (() => void)[] | undefined;
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "/";
    asked.push(path);
    const answer = () => {
      response.writeHead(path.startsWith("/broken") ? 500 : 200, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ path, words: ["plain", "<b>bold</b>"], long: "lorem ipsum ".repeat(60) }),
      );
    };
    if (held) held.push(answer);
    else answer();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const letGo = () => {
    const waiting = held ?? [];
    held = undefined;
    for (const answer of waiting) answer();
  };
  return {
    host,
    url: `http://${host}`,
    asked,
    hold: () => {
      held ??= [];
    },
    letGo,
    close: async () => {
      letGo();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
