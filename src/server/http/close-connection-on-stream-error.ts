import type { HonoEnvironment } from "./http-app-dependencies.ts";
import type { Context } from "hono";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";

/** After an error, closes the connection: the framework would end the response as if it were complete. */
export function closeConnectionOnStreamError(
  body: ReadableStream<Uint8Array>,
  request: Context<HonoEnvironment>,
  logger: ServerLogger,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (!request.req.raw.signal.aborted)
            logger.error({ err: describeErrorForLog(error as Error) }, "a response was cut off");
          const outgoing = request.env?.outgoing;
          if (outgoing) outgoing.destroy();
          else controller.error(new Error("the response was cut off"));
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
