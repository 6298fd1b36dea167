import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { ApiError } from "#client/data/api/api-error.ts";
import { IsOfflineContext } from "#client/ui/controls/error-state.tsx";
import { QueryStatusNote } from "./query-status-note.tsx";

const PLAN_LIMIT = new ApiError(402, "Plan limit reached.", {
  body: { upgradeUrl: "https://example.com/plans" },
});

function render(error: Error | null, isOffline = false): string {
  const query = { error, isFetching: false, refetch: () => Promise.reject(new Error("not called")) };
  const note = createElement(QueryStatusNote, { what: "tags", query });
  return renderToStaticMarkup(createElement(IsOfflineContext, { value: isOffline }, note));
}

it("a read that failed has its reason, a link to an upgrade if the plan is the reason, and a retry", () => {
  const html = render(PLAN_LIMIT);
  expect(html.replaceAll(/<[^<>]+>/g, "")).toBe("Couldn’t load tags. Plan limit reached. UpgradeRetry");
  expect(html).toContain('href="https://example.com/plans"');
  expect(html).toContain('role="alert"');
});

it("a read that is not done, or that waits for the server, is no error", () => {
  expect(render(null)).toContain(">Loading tags…<");
  const waiting = render(PLAN_LIMIT, true);
  expect(waiting).toContain(">Waiting for the server.<");
  expect(waiting).not.toContain("alert");
});
