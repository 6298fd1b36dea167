import { expect, onTestFinished } from "vitest";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { startRealApiStandIn } from "#e2e/harness/real-api/start.ts";
import type { RealApiSwitches } from "#e2e/harness/real-api/switches.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

export const JSON_BODY = { "content-type": "application/json" };

type Store = NonNullable<Parameters<typeof startTestApp>[0]>;

interface CloudAppOptions extends Pick<
  NonNullable<Parameters<typeof startTestApp>[1]>,
  "accountStore" | "env"
> {
  readonly store?: Store;
  readonly switches?: Partial<RealApiSwitches>;
}

/** Starts a stand-in of the API; the test fails if it gets undocumented requests. */
export async function startRealApi(switches: Partial<RealApiSwitches> = {}) {
  const realApi = await startRealApiStandIn({ switches });
  onTestFinished(async () => {
    expect(realApi.violations).toEqual([]);
    await realApi.close();
  });
  return realApi;
}

/** Starts a server in cloud mode before a stand-in of the API. */
export async function startCloudApp({ store, switches, accountStore, env }: CloudAppOptions = {}) {
  const realApi = await startRealApi(switches);
  const app = await startTestApp(store, {
    env: { RUNTYPE_API_KEY: realApi.key, RUNTYPE_API_URL: realApi.url, ...env },
    ...(accountStore && { accountStore }),
  });
  return { realApi, app, asPage: actAsPage(app) };
}

/** Sends requests as a page does. */
export const actAsPage =
  (app: TestApp) =>
  (method: string, path: string, body?: object, headers = {}) =>
    app.call(method, path, {
      ...(body && { body }),
      headers: { [PAGE_USER_IDENTITY_HEADER]: "", ...(body && JSON_BODY), ...headers },
    });
