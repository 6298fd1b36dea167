export interface RecordListSearchParams {
  readonly search?: string;
  readonly record?: string;
}

export type ChangeRecordListSearchParams = (
  change: (now: RecordListSearchParams) => RecordListSearchParams,
  options: { readonly replace: boolean },
) => void;

export const NEW_RECORD_ID = "new";

export function parseRecordListSearchParams({
  search,
  record,
}: Record<string, unknown>): RecordListSearchParams {
  return { ...(isText(search) && { search }), ...(isText(record) && { record }) };
}

/** Keeps another record open that was opened meanwhile. */
export const createOpenRecordRemover =
  (id: string | undefined) =>
  ({ record, ...rest }: RecordListSearchParams): RecordListSearchParams => ({
    ...rest,
    ...(record !== undefined && record !== id && { record }),
  });

export const isUnsavedTextOfRecordForm = ({ form }: { readonly form: string }) => form.startsWith("record-");

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
