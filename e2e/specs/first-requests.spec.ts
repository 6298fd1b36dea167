import { listPreloadedApiRequestUrls } from "#contract/preloaded-api-requests.ts";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

for (const { name, pathOf, shows } of [
  { name: "the list page", pathOf: () => "/flows", shows: "Digest" },
  { name: "the flow page", pathOf: (id: string) => `/flows/${id}`, shows: "Fetch" },
  { name: "the versions page", pathOf: (id: string) => `/flows/${id}/versions`, shows: "Versions" },
]) {
  test(`${name} requests its data once, before its code has loaded`, async ({ page, api, server }) => {
    const { id } = await api.createFlow(buildSampleDigestFlowBody());
    const path = pathOf(id);
    const requested: string[] = [];
    page.on("request", (request) => void requested.push(request.url().replace(server.url, "")));
    const preloaded = listPreloadedApiRequestUrls(path, "");
    expect(preloaded).toHaveLength(2);
    // Delays the app's code, so that all requests until then come from preloads in the HTML page.
    let release = () => {};
    const untilReleased = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/assets\/start-.+\.js$/, (route) => untilReleased.then(() => route.continue()));
    const sent = preloaded.map((address) =>
      page.waitForRequest((request) => request.url().endsWith(address)),
    );
    await page.goto(path, { waitUntil: "commit" });
    await Promise.all(sent);
    release();
    const listening = page.waitForRequest(/\/local\/events/);
    await expect(page.getByText(shows).first()).toBeVisible();
    await listening;
    // Ignores requests that follow the request for the event stream: the stream starts with recent events, and the
    // event of the flow that the test created makes the page read its data again.
    const end = requested.findIndex((url) => url.startsWith("/local/events"));
    const beforeStream = requested.slice(0, end);
    for (const address of preloaded) expect(beforeStream.filter((url) => url === address)).toHaveLength(1);
    expect(beforeStream.indexOf(preloaded[0]!)).toBeLessThan(beforeStream.indexOf(preloaded[1]!));
  });
}
