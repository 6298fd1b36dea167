import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface ReceivedEffect {
  /** Name of the record and path of the request, which together identify an effect of the flow. */
  readonly name: string;
  readonly record: string;
  readonly key: string;
  readonly body: string;
}

/**
 * HTTP server in the process of the test, which records requests of steps even if the tested server is
 * killed.
 */
export class EffectReceiver {
  readonly effects: ReceivedEffect[] = [];
  /** `host:port`, for FLOWLINE_ALLOW_PRIVATE_HTTP. */
  readonly place: string;
  readonly #server: Server;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(answerMs: number): Promise<EffectReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const receiver = new EffectReceiver(server);
    server.on("request", (request, response) => {
      const chunks: Uint8Array[] = [];
      request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        const { record } = JSON.parse(body) as { readonly record: string };
        const key = String(request.headers["idempotency-key"]);
        receiver.#add({ name: `${record} ${request.url}`, record, key, body });
        setTimeout(() => response.end("{}"), answerMs);
      });
    });
    return receiver;
  }

  /** Resolves once `count` requests were received. The last ones may not be answered yet. */
  async waitFor(count: number): Promise<void> {
    if (this.effects.length < count)
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #add(effect: ReceivedEffect): void {
    this.effects.push(effect);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.effects.length < count) return true;
      resolve();
      return false;
    });
  }
}
