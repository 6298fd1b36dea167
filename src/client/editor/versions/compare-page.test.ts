import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import { findInitialVersionsToCompare } from "./compare-page.tsx";
import type { ComparisonSideLoadState } from "./use-version-list.ts";

const flowOf = (name: string) => parseFlowDocument(buildFlow(name, [buildStep("a")]));
const document = flowOf("Digest");
const ready = (of: typeof document): ComparisonSideLoadState => ({
  type: "ready",
  name: "it",
  content: { type: "document", document: of },
  isInexact: false,
});
const same = { live: ready(document), editor: ready(document), saved: document, document };
const version = (id: string, versionType = "published") => ({ id, versionType });

it("a comparison opens on the live version and the editor if they differ", () => {
  const live = ready(flowOf("Before"));
  expect(findInitialVersionsToCompare({ ...same, live, versions: [] })).toEqual({ isDecided: true });
});

it("a comparison opens on the last two versions without the draft if nothing else differs", () => {
  const versions = [version("v3", "draft"), version("v2"), version("v1"), version("v0")];
  expect(findInitialVersionsToCompare({ ...same, versions })).toEqual({
    isDecided: true,
    sides: { from: "v1", to: "v2" },
  });
});

it("a comparison opens on the saved version and the editor if nothing is live", () => {
  const live: ComparisonSideLoadState = { type: "missing", text: "Nothing is live." };
  const opening = { ...same, live, saved: flowOf("Saved"), versions: [version("v2"), version("v1")] };
  expect(findInitialVersionsToCompare(opening).sides).toEqual({ from: "saved", to: "editor" });
});

it("a comparison opens with the default sides while data is loading, after a failed read, or if there is only one version", () => {
  expect(findInitialVersionsToCompare({ ...same, versions: undefined })).toEqual({ isDecided: false });
  expect(findInitialVersionsToCompare({ ...same, live: { type: "loading" }, versions: [] })).toEqual({
    isDecided: false,
  });
  const live: ComparisonSideLoadState = { type: "missing", text: "Try again.", onRetry: () => {} };
  expect(findInitialVersionsToCompare({ ...same, live, versions: [] })).toEqual({ isDecided: true });
  expect(findInitialVersionsToCompare({ ...same, versions: [version("v1")] })).toEqual({ isDecided: true });
});
