import { expect, it } from "vitest";
import { readText } from "./read-text.ts";

it("a body whose sender goes away is a bad request, not a failure of the server", async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"na'));
    },
    pull(controller) {
      controller.error(new Error("aborted"));
    },
  });
  const streamed = { duplex: "half" };
  const request = new Request("http://localhost/v1/flows", { method: "POST", body, ...streamed });
  await expect(readText(request)).rejects.toMatchObject({ status: 400, message: "The body ended early." });
});
