import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { createRecord, createUniqueRecordType, RecordsPageObject } from "#e2e/harness/records.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Names of 24 characters. The steps are nested in each other, up to two branches deep.
const flowName = "Summarize all open tasks";
const recordName = "Customer number eighteen";
const [first, outer, inner, last] = [
  "Collect all postal codes",
  "Is it an important order",
  "Was the customer at home",
  "Wait for the next answer",
] as const;

const buildNamedStep = (id: string, name: string) => {
  const config = {
    script: "return input.orders.filter((order) => order.isOpen)",
    outputVariable: `value_of_${id}`,
  };
  return buildStep(id, { type: "transform-data", name, config });
};
const steps = [
  buildNamedStep("a", first),
  {
    ...buildConditional("b", [{ ...buildConditional("c", [buildNamedStep("d", last)]), name: inner }]),
    name: outer,
  },
];
const description =
  "Reads all open tasks, sorts them by their date, and writes one mail to each owner of a task.";
const flowBody = { ...buildFlow(flowName, steps), description };

/** Returns the texts among `names` that are shown, but not whole. */
function findCutNames(page: Page, names: readonly string[]): Promise<readonly string[]> {
  return page.evaluate((wanted) => {
    const isCut = (element: Element) =>
      element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 8;
    return [...document.querySelectorAll("main [data-row-link], main [data-part=name], main h1 span")]
      .filter((element) => wanted.includes(element.textContent) && element.clientWidth > 0 && isCut(element))
      .map((element) => `${element.textContent}: ${element.clientWidth} of ${element.scrollWidth} px`);
  }, names);
}

test(
  "names of 24 characters are whole in the rows of lists and of the editor, at every width",
  { tag: "@full" },
  async ({ page, api }) => {
    await api.deleteAllFlows();
    const { id } = await api.createFlow(buildFlow(flowName, steps.slice(1)));
    await api.publishFlow(id);
    // The longest status is that of unpublished changes.
    await api.updateFlow(id, flowBody);
    const type = createUniqueRecordType();
    const metadata = {
      city: "Amsterdam",
      note: "A note that has no room in its column",
      plan: "professional",
    };
    await createRecord(api, type, recordName, metadata);
    const [list, records, editor] = [
      new FlowListPageObject(page),
      new RecordsPageObject(page),
      new EditorPageObject(page),
    ];
    const cut: string[] = [];
    const collect = async (place: string, names: readonly string[]) => {
      for (const name of await findCutNames(page, names)) cut.push(`${place}: ${name}`);
    };
    for (const width of [360, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await list.open();
      await expect(list.link(flowName)).toBeVisible();
      await expect(list.row(flowName)).toContainText("Unpublished changes");
      await collect(`list at ${width} px`, [flowName]);
      await records.open(type);
      await expect(records.link(recordName)).toBeVisible();
      await collect(`records at ${width} px`, [recordName]);
      await editor.open(id);
      await expect(editor.row(last)).toBeVisible();
      await collect(`editor at ${width} px`, [flowName, first, outer, inner, last]);
      // Shows Undo, Redo and Save as well, and the inspector beside the list of a wide window.
      await editor.switchOf(first).click();
      await editor.switchOf(outer).click();
      await page.keyboard.press("Control+z");
      await expect(editor.status).toContainText("1 unsaved change");
      if (width === 1280) await editor.row(last).click();
      await collect(`editor with an edit at ${width} px`, [flowName, first, outer, inner, last]);
      await page.keyboard.press("Control+z");
      await expect(editor.status).toContainText("Saved");
    }
    expect(cut).toEqual([]);
  },
);

test("the pages share one left edge, and use the width of the window", async ({ page, api }) => {
  await api.deleteAllFlows();
  const { id } = await api.createFlow(flowBody);
  await api.publishFlow(id);
  const type = createUniqueRecordType();
  await createRecord(api, type, recordName);
  const places = [
    { path: "/flows", first: "main h1", widest: "main ul[aria-label=Flows]" },
    { path: "/records", first: "main h1", widest: "main ul[aria-label='Record types']" },
    { path: `/records/${type}`, first: "main a[href='/records']", widest: "main ul[aria-label=Records]" },
    { path: "/environment", first: "main h1", widest: "main" },
    { path: "/runs", first: "main h1", widest: "main section[aria-label=Runs]" },
    { path: "/runs/schedules", first: "main h1", widest: "main section[aria-label=Schedules]" },
    { path: `/flows/${id}`, first: "main nav a", widest: "main header" },
    {
      path: `/flows/${id}/runs`,
      first: "main nav[aria-label='Run views']",
      widest: "main section[aria-label=Runs]",
    },
    { path: `/flows/${id}/versions`, first: "main h2", widest: "main ul[aria-label=Versions]" },
  ];
  for (const width of [1920]) {
    await page.setViewportSize({ width, height: 800 });
    const edges: Record<string, readonly number[]> = {};
    for (const { path, first, widest } of places) {
      await page.goto(path);
      await expect(page.locator(widest).first()).toBeVisible();
      await expect(page.locator(first).first()).toBeVisible();
      edges[path] = await page.evaluate(
        ([text, box]) => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector(text ?? "") ?? document.body);
          const { width: room = 0 } = document.querySelector(box ?? "")?.getBoundingClientRect() ?? {};
          return [Math.round(range.getBoundingClientRect().left), Math.round(room)];
        },
        [first, widest],
      );
    }
    expect(edges).toEqual(Object.fromEntries(places.map(({ path }) => [path, [16, width]])));
  }
});

for (const width of [320, 1280]) {
  test(`the header bar that shows before the app starts stays in place, at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 640 });
    let release = () => {};
    const untilReleased = new Promise<void>((resolve) => (release = resolve));
    await page.route(/\/assets\/start-.*\.js$/, async (route) => {
      await untilReleased;
      await route.continue();
    });
    await page.goto("/flows", { waitUntil: "commit" });
    const mark = page.locator("#root svg").first();
    await expect(mark).toBeVisible();
    expect(await page.locator("#root").ariaSnapshot()).toBe("");
    const measure = () =>
      mark.evaluate((drawing) => {
        const bar = drawing.closest("[class*='h-(--bar)']");
        const color = getComputedStyle(drawing).color;
        return [drawing, bar].map((part) => ({ box: part?.getBoundingClientRect().toJSON(), color }));
      });
    const before = await measure();
    release();
    await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
    expect(await measure()).toEqual(before);
  });
}
