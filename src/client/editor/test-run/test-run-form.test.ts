import { expect, it, vi } from "vitest";
import type { ServerCapabilities } from "#contract/local.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { createTestRunForm, loadTestRunForm } from "./test-run-form.ts";

it.each([
  ["typed", '{\n  "name": "Sample",\n  "type": "sample",\n  "metadata": {}\n}'],
  ["none", ""],
])(
  "the form reads empty record metadata that an earlier release stored with the source “%s”",
  (source, recordJson) => {
    const storedForm = JSON.stringify({ source, metadata: "{}", inputs: {}, messages: "" });
    vi.stubGlobal("localStorage", { getItem: () => storedForm });
    pageUserIdentityTracker.adopt({ signedIn: true, auth: "none" } as ServerCapabilities);
    expect(loadTestRunForm("flow_1", undefined)).toMatchObject({ source, recordJson });
  },
);

it("the form starts with the sample data as inputs, and as the metadata of a record that the flow reads", () => {
  const sample = { audience: "team", limit: 3, url: "https://a.example" };
  const names = { inputs: ["audience", "limit"], fields: ["url"] };
  expect(createTestRunForm(sample, names)).toMatchObject({
    source: "typed",
    recordJson: expect.stringContaining('"metadata": {\n    "url": "https://a.example"\n  }'),
    inputs: { audience: { text: "team", isJson: false }, limit: { text: "3", isJson: true } },
  });
  expect(createTestRunForm({ audience: "team" }, names)).toMatchObject({ source: "none", recordJson: "" });
});
