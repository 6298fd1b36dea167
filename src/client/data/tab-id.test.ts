import { expect, it } from "vitest";
import { TAB_ID } from "#contract/events.ts";
import { findOrigin, tabId } from "./tab-id.ts";

it("is a name that the server takes, so that a tab knows its own changes and those of its browser", () => {
  expect(tabId).toMatch(TAB_ID);
  expect(findOrigin(tabId)).toBe("this-tab");
  expect(findOrigin(`${tabId.split("-")[0]}-tab_other`)).toBe("this-browser");
  expect(findOrigin("browser_other-tab_other")).toBe("elsewhere");
  expect(findOrigin(null)).toBe("elsewhere");
});
