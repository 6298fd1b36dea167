import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import type { NeededNames, RunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import type { ServerCapabilities } from "#contract/local.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import type {
  FlowAnalysisService,
  FlowAnalysisServiceState,
} from "#client/document/analysis/flow-analysis.ts";
import { watchRunEnvironment } from "./watch-environment.ts";

const settings = { models: false, mail: true, stepTypes: ["prompt"], secrets: [] };

const local: ServerCapabilities = {
  mode: "local",
  auth: "none",
  signedIn: true,
  scopes: ["*"],
  features: { runSettings: true, models: true },
};
const cloud: ServerCapabilities = { ...local, mode: "cloud", features: { secrets: true } };

const requests: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  requests.length = 0;
  const page = Object.assign(new EventTarget(), { activeElement: null, visibilityState: "visible" });
  vi.stubGlobal("document", page);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("Element", Date);
  vi.stubGlobal("fetch", async (url: string) => {
    requests.push(url);
    if (url.includes("/local/secrets/check"))
      return Response.json({ found: [], missing: ["MAIL_KEY"], revoked: [] });
    if (url.includes("/local/models"))
      return Response.json({ models: [{ id: "llama3:latest" }], isComplete: true });
    if (url.includes("/local/tools"))
      return Response.json({ tools: [{ id: "builtin:exa", source: "built-in" }], isComplete: true });
    return Response.json(settings);
  });
});

function watch(needed: Partial<NeededNames> = { secrets: ["MAIL_KEY"] }) {
  const client = new QueryClient();
  const analysis = {
    getState: () => ({ analysis: { document: {} } }) as FlowAnalysisServiceState,
    subscribe: () => () => {},
    code: () => ({ listNeededNames: () => ({ secrets: [], models: [], tools: [], ...needed }) }),
  } as unknown as FlowAnalysisService;
  const reported: (RunEnvironment | undefined)[] = [];
  const stop = watchRunEnvironment(client, analysis, (environment) => reported.push(environment));
  const answer = async (server: ServerCapabilities) => {
    client.setQueryData(serverCapabilityQueries.current().queryKey, server);
    await vi.advanceTimersByTimeAsync(400);
  };
  onTestFinished(stop);
  return { reported, answer, stop };
}

it("the settings of the server are reported if the capabilities arrive after the flow was opened", async () => {
  const { reported, answer } = watch();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(requests).toEqual([]);
  await answer(local);
  await vi.waitFor(() => expect(reported.at(-1)).toEqual(settings));
});

it("the secrets of the account are checked if the capabilities arrive after the flow was opened", async () => {
  const { reported, answer } = watch();
  await answer(cloud);
  // Waits for the endpoints, whose code is loaded on first use.
  await vi.waitFor(() => expect(reported).toEqual([{ managedSecrets: new Map([["MAIL_KEY", "missing"]]) }]));
});

it("no request is sent if the capabilities arrive after the flow was closed", async () => {
  const { reported, answer, stop } = watch();
  stop();
  await answer(local);
  expect(requests).toEqual([]);
  expect(reported).toEqual([]);
});

it("the models of the model server are read if a step of the flow names one", async () => {
  const { reported, answer } = watch({ models: ["llama3"] });
  await answer(local);
  const knownModels = new Set(["llama3:latest", "llama3"]);
  await vi.waitFor(() => expect(reported.at(-1)).toEqual({ ...settings, knownModels }));
});

it("the models and tools of the account are read if a step of the flow names one, also without a check of secrets", async () => {
  const { reported, answer } = watch({ models: ["llama3"], tools: ["builtin:exa"] });
  await answer({ ...cloud, features: { models: true, tools: true } });
  const knownModels = new Set(["llama3:latest", "llama3"]);
  const knownTools = new Set(["builtin:exa"]);
  await vi.waitFor(() => expect(reported).toEqual([{ managedSecrets: new Map(), knownModels, knownTools }]));
  expect(requests.some((url) => url.includes("secrets"))).toBe(false);
});

it("no list of models or tools is read for a flow that names none", async () => {
  const { reported, answer } = watch();
  await answer({ ...cloud, features: { secrets: true, models: true, tools: true } });
  await vi.waitFor(() => expect(reported).toHaveLength(1));
  expect(requests).toEqual([expect.stringContaining("/local/secrets/check")]);
});
