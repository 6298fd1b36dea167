import type { JsonObject } from "#core/json/json.ts";
import { changeDeviceStore } from "#client/data/device/change-device-store.ts";
import { createDeviceStore } from "#client/data/device/device-store.ts";
import type { SampleDataNames } from "./sample-data.ts";

/** `shape` has the names and types of the record's fields, but not their values. */
export interface StoredRecordChosenForTestRun {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly shape?: JsonObject;
}

export interface TestRunInputText {
  readonly text: string;
  readonly isJson: boolean;
}

export interface TestRunFormValues {
  readonly source: "none" | "stored" | "typed";
  readonly record: StoredRecordChosenForTestRun | undefined;
  /** JSON of a record that is not stored, with name, type and metadata; empty until edited. */
  readonly recordJson: string;
  readonly inputs: Readonly<Record<string, TestRunInputText>>;
  readonly messages: string;
}

const NO_INPUT: TestRunInputText = { text: "", isJson: false };

/** Returns the value typed for an input. Reads own properties only, because an input may be named `constructor`. */
export function getTypedTestRunInput({ inputs }: TestRunFormValues, name: string): TestRunInputText {
  return (Object.hasOwn(inputs, name) ? inputs[name] : undefined) ?? NO_INPUT;
}

/** A longer form is lost on reload, because all flows share the browser's limited local storage. */
const MAX_STORED_LENGTH = 20_000;

const createFormStore = (flowId: string) =>
  createDeviceStore(`flowline-trial-${flowId}`, (stored) => {
    const form = upgradeStoredForm(stored);
    return isForm(form) ? form : undefined;
  });

/** If the flow reads only `names`, the metadata omits values that are only inputs. */
export function createTestRunForm(
  sample: JsonObject | undefined,
  names: SampleDataNames | undefined,
): TestRunFormValues {
  const entries = Object.entries(sample ?? {});
  const isPlainInput = (key: string) => names?.inputs.includes(key) === true && !names.fields.includes(key);
  const metadata = Object.fromEntries(entries.filter(([key]) => !isPlainInput(key)));
  const hasRecord = sample !== undefined && (entries.length === 0 || Object.keys(metadata).length > 0);
  return {
    source: hasRecord ? "typed" : "none",
    record: undefined,
    recordJson: hasRecord ? withMetadata(JSON.stringify(metadata, null, 2)) : "",
    inputs: Object.fromEntries(
      entries.map(([key, value]) => [
        key,
        typeof value === "string"
          ? { text: value, isJson: false }
          : { text: JSON.stringify(value, null, 2), isJson: true },
      ]),
    ),
    messages: "",
  };
}

/** Restores the form last used in this browser, else returns a form with the flow's sample data, if any. */
export function loadTestRunForm(
  flowId: string,
  sample: JsonObject | undefined,
  names?: SampleDataNames,
): TestRunFormValues {
  return { ...createTestRunForm(sample, names), ...createFormStore(flowId).getState() };
}

export function persistTestRunForm(flowId: string, form: TestRunFormValues): void {
  const isShort = JSON.stringify(form).length <= MAX_STORED_LENGTH;
  changeDeviceStore(createFormStore(flowId), () => (isShort ? form : undefined));
}

/** Converts forms of earlier releases, which stored only the metadata of the record. */
function upgradeStoredForm(stored: unknown): unknown {
  if (typeof stored !== "object" || stored === null || !("metadata" in stored)) return stored;
  const { metadata, ...form } = stored;
  if (typeof metadata !== "string") return stored;
  // Treats empty metadata as “no record”, unless the user chose to type a record.
  const isNone = metadata.trim() === "{}" && !("source" in form && form.source === "typed");
  return { ...form, recordJson: isNone ? "" : withMetadata(metadata) };
}

/** Builds the record's JSON by concatenation, because the metadata is text that may be invalid JSON. */
function withMetadata(json: string): string {
  return `{\n  "name": "Sample",\n  "type": "sample",\n  "metadata": ${json.replaceAll("\n", "\n  ")}\n}`;
}

/** Checks the fields, because an earlier release may have stored a form with other fields. */
function isForm(value: unknown): value is TestRunFormValues {
  if (typeof value !== "object" || value === null) return false;
  const form = value as Readonly<Record<string, unknown>>;
  const record = form["record"] as Partial<StoredRecordChosenForTestRun> | null | undefined;
  const inputs = form["inputs"];
  return (
    ["none", "stored", "typed"].includes(form["source"] as string) &&
    typeof form["recordJson"] === "string" &&
    typeof form["messages"] === "string" &&
    (record === undefined ||
      [record?.id, record?.name, record?.type].every((text) => typeof text === "string")) &&
    typeof inputs === "object" &&
    inputs !== null &&
    Object.values(inputs).every(
      (input: Partial<TestRunInputText> | null) =>
        typeof input?.text === "string" && typeof input.isJson === "boolean",
    )
  );
}
