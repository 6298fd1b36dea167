import { expect, test } from "vitest";
import { type LighthouseReport, summarizeLighthouseReports } from "./lighthouse-report.ts";

interface ReportInput {
  readonly performance: number | null;
  readonly paintMs?: number;
  readonly metaDescription?: number | null;
  readonly compression?: number | null;
}

function buildReport({
  performance,
  paintMs = 1_000,
  metaDescription = 1,
  compression = 1,
}: ReportInput): LighthouseReport {
  const category = (
    score: number | null,
    ...auditRefs: LighthouseReport["categories"][string]["auditRefs"]
  ) => ({
    score,
    auditRefs,
  });
  return {
    environment: { benchmarkIndex: 1_500 },
    categories: {
      performance: category(
        performance,
        { id: "largest-contentful-paint", group: "metrics" },
        { id: "uses-text-compression", group: "diagnostics" },
      ),
      accessibility: category(1),
      "best-practices": category(0.96),
      seo: category(0.91, { id: "meta-description", group: "seo-content" }, { id: "uses-text-compression" }),
    },
    audits: {
      "largest-contentful-paint": { score: 0.1, numericValue: paintMs },
      "total-blocking-time": { score: 1, numericValue: 40 },
      "cumulative-layout-shift": { score: 1, numericValue: 0.01 },
      "meta-description": { score: metaDescription },
      "uses-text-compression": { score: compression },
    },
  };
}

test("scores and measurements of a page are the medians of its reports", () => {
  const summary = summarizeLighthouseReports([
    buildReport({ performance: 0.98, paintMs: 900 }),
    buildReport({ performance: 0.71, paintMs: 4_000 }),
    buildReport({ performance: 0.955, paintMs: 1_100 }),
  ]);
  expect(summary.scores).toEqual([96, 100, 96, 91]);
  expect(summary.largestContentfulPaint).toBe(1_100);
  expect(summary.totalBlockingTime).toBe(40);
  expect(summary.cumulativeLayoutShift).toBe(0.01);
  expect(summary.benchmarkIndex).toBe(1_500);
});

test("audits that fail in most reports are listed once, without measurements and audits that do not apply", () => {
  const { failedAudits } = summarizeLighthouseReports([
    buildReport({ performance: 1, metaDescription: 0, compression: 0.5 }),
    buildReport({ performance: 1, metaDescription: null, compression: 0.5 }),
    buildReport({ performance: 1, metaDescription: null, compression: 0.9 }),
  ]);
  expect(failedAudits).toEqual(["uses-text-compression"]);
});

test("a page that Lighthouse could not load or score is an error instead of a low score", () => {
  const report = buildReport({ performance: 1 });
  const runtimeError = { code: "NO_FCP", message: "The page did not paint any content." };
  expect(() => summarizeLighthouseReports([report, { ...report, runtimeError }])).toThrow(
    "Lighthouse reported NO_FCP: The page did not paint any content.",
  );
  expect(() => summarizeLighthouseReports([buildReport({ performance: null })])).toThrow(
    "Lighthouse gave no score for performance.",
  );
});
