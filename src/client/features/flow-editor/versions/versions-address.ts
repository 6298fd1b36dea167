import { VERSION_TYPES, type VersionType } from "#client/data/version-queries.ts";

/** Which view of the versions of a flow its address asks for. */
export type VersionsPlace =
  | { readonly type: "list"; readonly filter: VersionType | undefined }
  | { readonly type: "version"; readonly versionId: string }
  | ({ readonly type: "compare" } & Comparison);

export interface Comparison {
  readonly from: Side;
  readonly to: Side;
  /** As JSON beside each other, instead of in words. */
  readonly isJson: boolean;
}

/** What is compared: `editor` is what stands on the page, `saved` what the server holds, `published` what is live; else the id of a version. */
export type Side = string;

export interface ListSearch {
  readonly type?: VersionType;
}

/** As it stands in the address, with defaults left out. */
export interface CompareSearch {
  readonly from?: Side;
  readonly to?: Side;
  readonly as?: "json";
}

const FROM: Side = "published";
const TO: Side = "editor";

export function readListSearch({ type }: Record<string, unknown>): ListSearch {
  const known = VERSION_TYPES.find((one) => one === type);
  return known ? { type: known } : {};
}

export function readCompareSearch({ from, to, as }: Record<string, unknown>): CompareSearch {
  return {
    ...(isSide(from) && from !== FROM && { from }),
    ...(isSide(to) && to !== TO && { to }),
    ...(as === "json" && { as }),
  };
}

export function toComparison({ from = FROM, to = TO, as }: CompareSearch): Comparison {
  return { from, to, isJson: as === "json" };
}

export function toCompareSearch({ from, to, isJson }: Comparison): CompareSearch {
  return readCompareSearch({ from, to, ...(isJson && { as: "json" }) });
}

export function isVersionSide(side: Side): boolean {
  return !["editor", "saved", "published"].includes(side);
}

const isSide = (value: unknown): value is Side => typeof value === "string" && value !== "";
