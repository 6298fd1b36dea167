import { expect, it } from "vitest";
import { TAB_ID_PATTERN } from "#contract/events.ts";
import { getChangeOriginFromAuthorTabId, currentBrowserTabId } from "./tab-id.ts";

it("the id of a tab has the format that the server accepts, and a tab recognizes changes by its own id", () => {
  expect(currentBrowserTabId).toMatch(TAB_ID_PATTERN);
  expect(getChangeOriginFromAuthorTabId(currentBrowserTabId)).toBe("this-tab");
  expect(getChangeOriginFromAuthorTabId(`${currentBrowserTabId.split("-")[0]}-tab_other`)).toBe(
    "this-browser",
  );
  expect(getChangeOriginFromAuthorTabId("browser_other-tab_other")).toBe("elsewhere");
  expect(getChangeOriginFromAuthorTabId(null)).toBe("elsewhere");
});
