import { findFirstRequests } from "#contract/first-requests.ts";
import { digestFlow } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

// What a page will ask for first is under way before its code is there, and is asked for once.

for (const { name, pathOf, shows } of [
  { name: "the list", pathOf: () => "/flows", shows: "Digest" },
  { name: "a flow", pathOf: (id: string) => `/flows/${id}`, shows: "Fetch" },
  { name: "a flow's versions", pathOf: (id: string) => `/flows/${id}/versions`, shows: "Versions" },
]) {
  test(`${name} asks for its data before its code is there, and only once`, async ({ page, api, server }) => {
    const { id } = await api.createFlow(digestFlow());
    const path = pathOf(id);
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url().replace(server.url, "")));
    const listening = page.waitForRequest(/\/local\/events/);
    await page.goto(path);
    await listening;
    await expect(page.getByText(shows).first()).toBeVisible();
    // What is asked for after that may be asked for again: of a flow that was just made there is news.
    const opening = asked.slice(
      0,
      asked.findIndex((url) => url.startsWith("/local/events")),
    );

    const first = findFirstRequests(path, "");
    expect(first).toHaveLength(2);
    const code = opening.findIndex((url) => /^\/assets\/.+\.js$/.test(url));
    for (const address of first) {
      expect(opening.filter((url) => url === address)).toHaveLength(1);
      expect(opening.indexOf(address)).toBeLessThan(code);
    }
    expect(opening.indexOf(first[0]!)).toBeLessThan(opening.indexOf(first[1]!));
  });
}
