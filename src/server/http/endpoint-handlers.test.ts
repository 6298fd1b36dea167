import { expectTypeOf, it } from "vitest";
import type {
  EndpointBody,
  EndpointPathParams,
  EndpointQuery,
  EndpointHandlers,
} from "./endpoint-handlers.ts";

const one = async () => ({ status: 200, body: "{}" }) as const;
const created = async () => ({ status: 201, body: "{}" }) as const;
const empty = async () => ({ status: 200 }) as const;

it("the handler types require a handler for every endpoint, with the status and body of the endpoint table", () => {
  expectTypeOf({ getFlow: one }).toExtend<EndpointHandlers<"getFlow">>();
  expectTypeOf({}).not.toExtend<EndpointHandlers<"getFlow">>();
  expectTypeOf({ getFlow: created }).not.toExtend<EndpointHandlers<"getFlow">>();
  expectTypeOf({ getFlow: empty }).not.toExtend<EndpointHandlers<"getFlow">>();
});

it("the handler types derive params, query and body from the endpoint table", () => {
  expectTypeOf<EndpointPathParams<"getVersion">>().toEqualTypeOf<{
    readonly flowId: string;
    readonly versionId: string;
  }>();
  expectTypeOf<EndpointQuery<"listFlows">["order"]>().toEqualTypeOf<"asc" | "desc" | undefined>();
  expectTypeOf<EndpointBody<"deleteRecords">["ids"]>().toExtend<readonly string[]>();
  expectTypeOf<EndpointBody<"publishFlow">["label"]>().toEqualTypeOf<string | null | undefined>();
});
