import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const run = promisify(execFile);
const KEY = { ...process.env, RUNTYPE_API_KEY: "any key" };
const HOSTILE = 'It\'s "quoted"\n$HOME `id` $(id) \\ ${x} 👩‍👩‍👧 \u2028 *</script>';

test(
  "copies a flow's requests as cURL and TypeScript that run, and links to the flow, a step and a comparison",
  { tag: "@full" },
  async ({ page, api }, info) => {
    const type = createUniqueRecordType();
    const { id: recordId } = await createRecord(api, type, "First");
    const { flow, editor } = await createFlowAndOpenEditor(
      { page, api },
      buildFlow(HOSTILE, [
        buildStep("text", {
          type: "transform-data",
          name: HOSTILE,
          config: { script: `return ${JSON.stringify(HOSTILE)}`, outputVariable: "text" },
        }),
        buildStep("queue", { type: "transform-data", config: { script: "return 1" } }),
      ]),
    );
    const dialog = page.getByRole("dialog", { name: /^Copy as/ });
    const open = (entry: string) => editor.chooseFromFlowMenu("Copy and export", entry);
    const readClipboard = () => page.evaluate(() => navigator.clipboard.readText());
    const copy = async (request: string) => {
      await dialog.getByRole("combobox", { name: "Request" }).selectOption({ label: request });
      await dialog.getByRole("button", { name: "Copy" }).click();
      return readClipboard();
    };
    const execute = {
      curl: async (code: string) => (await run("sh", ["-c", code], { env: KEY })).stdout,
      typescript: async (code: string) => {
        const file = info.outputPath("request.mjs");
        await writeFile(
          file,
          code.replace("console.log(", "console.log(JSON.stringify(").replace(/\);\n$/, "));\n"),
        );
        return (await run(process.execPath, [file], { env: KEY })).stdout;
      },
    };

    let queue = "Queue";
    for (const [language, entry] of [
      ["curl", "Copy as cURL…"],
      ["typescript", "Copy as TypeScript…"],
    ] as const) {
      const send = async (request: string) =>
        JSON.parse(await execute[language](await copy(request))) as JsonObject;
      await test.step(`${language}: update, with an unsaved edit, and only over the version that was read`, async () => {
        await editor.renameStep(queue, `Queue ${language}`);
        queue = `Queue ${language}`;
        await open(entry);
        const code = await copy("Update the flow");
        expect(JSON.parse(await execute[language](code))).toMatchObject({ id: flow.id, name: HOSTILE });
        const { name, flowSteps } = await api.getFlow(flow.id);
        expect({ name, step: flowSteps[0] }).toEqual({ name: HOSTILE, step: flow.flowSteps[0] });
        expect(JSON.stringify(flowSteps)).toContain(queue);
        const again = await execute[language](code).catch(
          (error: Error & { readonly stdout?: string }) => `${error.message}\n${error.stdout}`,
        );
        expect(again).toContain("STALE_REVISION");
        await page.keyboard.press("Escape");
        await expect(editor.status).toHaveText("Saved");
      });

      await test.step(`${language}: publish, run and dispatch`, async () => {
        await open(entry);
        expect(await send("Publish the saved flow")).toMatchObject({ success: true });
        await dialog
          .getByRole("combobox", { name: "Request" })
          .selectOption({ label: "Run on a record type" });
        await dialog.getByRole("combobox", { name: "Record type" }).selectOption({ label: type });
        expect(await send("Run on a record type")).toMatchObject({ recordType: type, successCount: 1 });
        const batch = (await copy("Run on some records")).replace("RECORD_ID", recordId);
        expect(JSON.parse(await execute[language](batch))).toHaveProperty("batchExecutionId");
        expect(await send("Run once with inputs")).toMatchObject({ success: true, flowId: flow.id });
        await expect(dialog.getByRole("region")).toContainText("RUNTYPE_API_KEY");
        if (language === "curl")
          await expectNoAccessibilityViolationsInBothThemes(page, "the code of a flow");
        await page.keyboard.press("Escape");
      });
    }

    await test.step("links to the flow, a step and a comparison", async () => {
      await open("Copy link to flow");
      expect(await readClipboard()).toBe(new URL(`/flows/${flow.id}`, page.url()).href);
      await editor.chooseFromMenu(queue, "Copy and paste", "Copy link to step");
      const link = await readClipboard();
      await page.goto(link);
      await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue(queue);
      await page.getByRole("link", { name: "Versions" }).click();
      await page.goto(`/flows/${flow.id}/versions/compare?from=saved&to=editor`);
      await open("Copy link to comparison");
      expect(await readClipboard()).toBe(page.url());
    });
  },
);
