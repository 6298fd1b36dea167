import { beforeAll, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForServers } from "#server/testing/test-stores.ts";

describeSuiteForServers("three servers on one database", 3, (stores) => {
  let apps: readonly [TestApp, TestApp, TestApp];
  beforeAll(async () => {
    apps = (await Promise.all(stores().map((store) => startTestApp(store)))) as [TestApp, TestApp, TestApp];
  });

  it("save a flow once for each If-Match that they accept", async () => {
    const { id } = await apps[0].create(buildFlow("0", []));
    const statuses: number[] = [];
    const increment = async (app: TestApp) => {
      const { name, versionToken } = (await app.call("GET", `/v1/flows/${id}`)).json;
      const { status } = await app.call("PUT", `/v1/flows/${id}`, {
        body: { name: String(Number(name) + 1) },
        headers: { "if-match": `"${versionToken}"` },
      });
      statuses.push(status);
    };
    const incrementMany = async (app: TestApp) => {
      for (let count = 0; count < 15; count += 1) await increment(app);
    };
    await Promise.all([...apps, ...apps].map(incrementMany));
    expect(statuses.filter((status) => ![200, 412].includes(status))).toEqual([]);
    const saved = statuses.filter((status) => status === 200).length;
    for (const app of apps)
      expect((await app.call("GET", `/v1/flows/${id}`)).json).toMatchObject({
        name: String(saved),
        revision: saved + 1,
      });
  });

  it("publish a flow at once under one version number", async () => {
    const { id } = await apps[0].create(buildFlow("v0", [buildStep("a")]));
    for (let round = 1; round <= 10; round += 1) {
      const answers = await Promise.all(
        [...apps, ...apps].map((app) => app.call("POST", `/v1/flows/${id}/publish`)),
      );
      const published = answers.filter(({ status }) => status === 200);
      expect(published).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 404)).toHaveLength(answers.length - 1);
      const { versions } = (await apps[1].call("GET", `/v1/flow-versions/${id}`)).json;
      const numbers = versions.map(({ versionNumber }: { versionNumber: number }) => versionNumber);
      expect(numbers).toEqual(Array.from({ length: round }, (_, index) => round - index));
      expect(versions[0].id).toBe(published[0]?.json.publishedVersionId);
      expect((await apps[2].call("PUT", `/v1/flows/${id}`, { body: { name: `v${round}` } })).status).toBe(
        200,
      );
    }
  });

  it("publish a flow while others save it, without a duplicate version number or a failure", async () => {
    const { id } = await apps[0].create(buildFlow("v0", [buildStep("a")]));
    const statuses: number[] = [];
    const call = async (app: TestApp, method: string, path: string, body?: object) =>
      void statuses.push((await app.call(method, `/v1/flows/${id}${path}`, { body })).status);
    for (let round = 1; round <= 10; round += 1) {
      await Promise.all(
        apps.flatMap((app, index) => [
          call(app, "PUT", "", { name: `v${round}.${index}` }),
          call(app, "POST", "/publish"),
        ]),
      );
    }
    expect(statuses.filter((status) => ![200, 404].includes(status))).toEqual([]);
    const { versions } = (await apps[0].call("GET", `/v1/flow-versions/${id}`)).json;
    const numbers = versions.map(({ versionNumber }: { versionNumber: number }) => versionNumber);
    expect(numbers.length).toBeGreaterThan(10);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers.length - index));
  });
});
