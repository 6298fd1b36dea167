import { FLOW_VERSION_TYPE_FILTERS, type FlowVersionType } from "#client/data/queries/result-filters.ts";

export type VersionsTabRoute =
  | { readonly type: "list"; readonly filter: FlowVersionType | undefined }
  | { readonly type: "version"; readonly versionId: string }
  | ({ readonly type: "compare" } & VersionComparison);

export interface VersionComparison {
  readonly from: ComparisonSideReference;
  readonly to: ComparisonSideReference;
  readonly isJson: boolean;
}

/** `editor` (with unsaved edits), `saved`, `published` (the live version), or the id of a version. */
export type ComparisonSideReference = string;

export interface VersionListSearchParams {
  readonly type?: FlowVersionType;
}

export interface ComparisonSearchParams {
  readonly from?: ComparisonSideReference;
  readonly to?: ComparisonSideReference;
  readonly as?: "json";
}

const DEFAULT_FROM: ComparisonSideReference = "published";
const DEFAULT_TO: ComparisonSideReference = "editor";

export function parseVersionListSearchParams({ type }: Record<string, unknown>): VersionListSearchParams {
  const known = FLOW_VERSION_TYPE_FILTERS.find((one) => one === type);
  return known ? { type: known } : {};
}

export function parseComparisonSearchParams({
  from,
  to,
  as,
}: Record<string, unknown>): ComparisonSearchParams {
  return {
    ...(isSide(from) && from !== DEFAULT_FROM && { from }),
    ...(isSide(to) && to !== DEFAULT_TO && { to }),
    ...(as === "json" && { as }),
  };
}

export function toVersionComparison({
  from = DEFAULT_FROM,
  to = DEFAULT_TO,
  as,
}: ComparisonSearchParams): VersionComparison {
  return { from, to, isJson: as === "json" };
}

export function toComparisonSearchParams({ from, to, isJson }: VersionComparison): ComparisonSearchParams {
  return parseComparisonSearchParams({ from, to, ...(isJson && { as: "json" }) });
}

export function isDefaultVersionComparison({ from, to }: VersionComparison): boolean {
  return from === DEFAULT_FROM && to === DEFAULT_TO;
}

export function isDefaultVersionComparisonUrl(
  location: { pathname: string; search: ComparisonSearchParams },
  pathname: string,
): boolean {
  const { from, to } = location.search;
  return location.pathname === pathname && from === undefined && to === undefined;
}

export function isVersionIdComparisonSide(side: ComparisonSideReference): boolean {
  return !["editor", "saved", "published"].includes(side);
}

const isSide = (value: unknown): value is ComparisonSideReference =>
  typeof value === "string" && value !== "";
