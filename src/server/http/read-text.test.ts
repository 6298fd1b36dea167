import { expect, it } from "vitest";
import { readBodyText } from "./read-text.ts";

it("the server answers 400, not 500, when the client disconnects while sending", async () => {
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
  await expect(readBodyText(request)).rejects.toMatchObject({
    status: 400,
    message: "The body ended early.",
  });
});
