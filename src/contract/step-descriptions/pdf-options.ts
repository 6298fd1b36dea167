import type { FieldDescription } from "#contract/step-description.ts";
import { json, openChoice, toggle } from "./describe-field.ts";

/** How a PDF is laid out, kept in the step's `pdfOptions` object. */
export const pdfOptions: readonly FieldDescription[] = [
  openChoice("pdfOptions.format", "Paper size", "The size of the pages of a PDF.", {
    A4: "A4",
    Letter: "Letter",
  }),
  toggle("pdfOptions.landscape", "Landscape", "Whether the pages of a PDF are wider than tall."),
  json("pdfOptions.margin", "Margin", "The margin of the pages of a PDF, as JSON."),
];
