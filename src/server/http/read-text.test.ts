import { expect, it } from "vitest";
import { BodyBlocks, readBodyText } from "./read-text.ts";

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

it("the server does not keep an object for each chunk of a body", () => {
  const blocks = new BodyBlocks();
  const sent = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
  for (const byte of sent) blocks.add(Uint8Array.of(byte));
  expect(blocks.count).toBeLessThan(10);
  blocks.add(sent);
  expect(blocks.join().equals(Buffer.concat([sent, sent]))).toBe(true);
});
