import { expect, it } from "vitest";
import { listLeftOutFeatures } from "./left-out-section.tsx";

it("lists each feature that the server states to lack, once, with its reason", () => {
  const reason = "The API searches flow names only.";
  const features = {
    events: true,
    stepSearch: reason,
    notes: "The API doesn’t store notes.",
    later: "?",
  } as const;
  expect(listLeftOutFeatures({ features })).toEqual([
    { name: "Search in steps", reason },
    { name: "Labels and notes of versions", reason: "The API doesn’t store notes." },
  ]);
  expect(listLeftOutFeatures({ features: { stepSearch: true } })).toEqual([]);
});
