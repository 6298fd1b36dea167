import type { JsonObject } from "#core/json/json.ts";

export interface SampleRecordInput extends JsonObject {
  readonly type: string;
  readonly name: string;
  readonly metadata: JsonObject;
}

const lead = (name: string, domain: string, more: JsonObject): SampleRecordInput => {
  return { type: "lead", name, metadata: { domain, ...more } };
};

const feedback = (name: string, email: string, text: string, more: JsonObject): SampleRecordInput => {
  return { type: "feedback", name, metadata: { email, text, ...more } };
};

const invoice = (name: string, invoiceId: string, more: JsonObject): SampleRecordInput => {
  return { type: "invoice", name, metadata: { invoice_id: invoiceId, ...more } };
};

/** Records for the sample flows. The domains are real and public, because flows may fetch them. */
export const SAMPLE_RECORDS: readonly SampleRecordInput[] = [
  lead("Example Ltd", "example.com", { city: "London", employees: 12, source: "website" }),
  lead("Names and Numbers", "www.iana.org", { city: "Los Angeles", employees: 40, source: "fair" }),
  lead("Standards House", "www.rfc-editor.org", { city: "Geneva", employees: 25, source: "referral" }),
  lead("Open Encyclopedia", "www.wikipedia.org", {
    city: "San Francisco",
    employees: 700,
    source: "website",
  }),
  feedback(
    "Export loses umlauts",
    "mira@example.com",
    "Every ü in my export comes out as two odd characters. I send these files to customers, so this is embarrassing.",
    { plan: "team", stars: 2 },
  ),
  feedback(
    "Dark mode, please",
    "jonas@example.org",
    "I work at night a lot. A dark theme would be the one thing that I miss.",
    { plan: "free", stars: 4 },
  ),
  feedback(
    "Thank you for the import",
    "ada@example.net",
    "The new import took our 4,000 rows without a single question. Wonderful.",
    { plan: "team", stars: 5 },
  ),
  feedback(
    "Charged twice",
    "tomas@example.com",
    "You charged my card twice this month and nobody answers. I will leave if this is not solved today!",
    { plan: "business", stars: 1 },
  ),
  {
    type: "meeting",
    name: "Launch planning",
    metadata: { attendees: "mira@example.com, jonas@example.org", minutes: 45 },
  },
  { type: "meeting", name: "Weekly support round", metadata: { attendees: "ada@example.net", minutes: 30 } },
  invoice("Invoice 2041", "inv_2041", { customer: "Example Ltd", total: 1290, paid: false }),
  invoice("Invoice 2042", "inv_2042", { customer: "Names and Numbers", total: 89.5, paid: false }),
  invoice("Invoice 2043", "inv_2043", { customer: "Standards House", total: 460, paid: true }),
];
