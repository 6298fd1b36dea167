import { beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { type TestResponse, type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("records as CSV", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store());
  });
  const upload = (
    content: string | Uint8Array<ArrayBuffer>,
    fields: Readonly<Record<string, string>> = { typeValue: "t" },
  ) => {
    const form = new FormData();
    form.set("file", new Blob([content], { type: "text/csv" }), "records.csv");
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return app.call("POST", "/v1/records/upload-csv", { form });
  };
  const stored = async (query = "?limit=100"): Promise<TestResponse["json"]> =>
    (await app.call("GET", `/v1/records${query}`)).json.data.toReversed();
  const metadata = async () => (await stored()).map((row: TestResponse["json"]) => row.metadata);

  it("are imported row by row, with the quotes, line ends and values of spreadsheets", async () => {
    const file =
      "\u{FEFF}Name,city,note,n,zip,price,on,list,big,empty\r\n" +
      '"Acme, ""Inc.""",Köln,"two\r\nlines",12,01234,9.50,true,"[1,{""a"":null}]",12345678901234567890,\r\n' +
      'Bolt,Ulm,5" pipe,-3,NULL,1e3,TRUE,[1],null,\r\n\r\n';
    const answer = await upload(file);
    expect(answer.status, answer.text).toBe(201);
    expect(endpoints.uploadRecords.answers[201].safeParse(answer.json).success).toBe(true);
    expect(answer.json).toMatchObject({
      success: true,
      created: 2,
      errors: 0,
      errorDetails: [],
      message: "2 records created.",
    });
    const records = await stored();
    expect(records.map((row: TestResponse["json"]) => [row.type, row.name])).toEqual([
      ["t", 'Acme, "Inc."'],
      ["t", "Bolt"],
    ]);
    expect(await metadata()).toEqual([
      {
        city: "Köln",
        note: "two\r\nlines",
        n: 12,
        zip: "01234",
        price: "9.50",
        on: true,
        list: [1, { a: null }],
        big: "12345678901234567890",
      },
      { city: "Ulm", note: '5" pipe', n: -3, zip: "NULL", price: "1e3", on: "TRUE", list: [1], big: "null" },
    ]);
  });

  it.each([
    ["first Windows, then Unix", "name,n\r\nA,1\nB,2\n"],
    ["first Unix, then Windows", "name,n\nA,1\r\nB,2\r\n"],
    ["an old Mac line ending", "name,n\r\nA,1\rB,2"],
  ])("are imported with mixed line endings: %s", async (_, file) => {
    expect((await upload(file)).json).toMatchObject({ created: 2, errors: 0 });
    expect((await stored()).map((row: TestResponse["json"]) => [row.name, row.metadata])).toEqual([
      ["A", { n: 1 }],
      ["B", { n: 2 }],
    ]);
  });

  it("are imported when a line end is split across two chunks", async () => {
    // Places the line end before, across and after the border between two 64 KiB chunks of the body.
    for (const place of [-1, 0, 1]) {
      const value = "x".repeat(64 * 1024 - "name,n\r\nA,".length - 1 + place);
      const answer = await upload(`name,n\r\nA,${value}\r\nB,2\r\n`, { typeValue: `t${place}` });
      expect(answer.json).toMatchObject({ created: 2, errors: 0 });
      expect((await stored(`?type=t${place}`))[0].metadata).toEqual({ n: value });
    }
  });

  it("are imported from the given columns, with semicolons and tabs", async () => {
    const file = "kind;name;title;x\na;ignored;First;1\nb;ignored;Second;2\n";
    expect((await upload(file, { nameColumn: "title", typeColumn: "kind" })).json.created).toBe(2);
    expect((await stored()).map((row: TestResponse["json"]) => [row.type, row.name, row.metadata])).toEqual([
      ["a", "First", { name: "ignored", x: 1 }],
      ["b", "Second", { name: "ignored", x: 2 }],
    ]);
    const both = await upload("kind\tid\na\tThird", { typeColumn: "kind", typeValue: "wins" });
    expect(both.json.records).toMatchObject([{ type: "wins", name: "a" }]);
  });

  it("are imported without invalid rows, which are reported", async () => {
    await upload("name,n\nTaken,1\n");
    const long = "x".repeat(501);
    const answer = await upload(
      `name,n\nOne,1\nTaken,2\nOne,3\n,4\nFive,5,6\nSix\n${long},7\nEight,8\n"Open,9\nTen,10\n`,
    );
    expect(answer.json).toMatchObject({ success: false, created: 2, errors: 7 });
    expect(answer.json.message).toBe("2 records created; 7 rows skipped.");
    expect(answer.json.errorDetails).toEqual([
      "Row 3: A “t” record named “Taken” already exists.",
      "Row 4: A “t” record named “One” already exists.",
      "Row 5: Missing name.",
      "Row 6: This row has 3 cells but the first row has 2.",
      "Row 7: This row has 1 cell but the first row has 2.",
      "Row 8: The name has more than 500 characters.",
      expect.stringMatching(/^Row 10: .*Unclosed quotation mark/),
    ]);
    expect(await metadata()).toEqual([{ n: 1 }, { n: 1 }, { n: 8 }]);
  });

  it("are rejected for an unusable file, without changes", async () => {
    const latin = new Uint8Array([...Buffer.from("name\nM"), 0xfc, ...Buffer.from("ller\n")]);
    for (const [content, fields, path] of [
      ["", { typeValue: "t" }, "file"],
      ["name,n\n", { typeValue: "t" }, "file"],
      ["name,n\n\n\n", { typeValue: "t" }, "file"],
      [",,\na,b,c\n", { typeValue: "t" }, "file"],
      ["a,b,a\n1,2,3\n", { typeValue: "t" }, "file"],
      ["name\nx\0y\n", { typeValue: "t" }, "file"],
      ['"name\nx\n', { typeValue: "t" }, "file"],
      [latin, { typeValue: "t" }, "file"],
      [new Uint8Array([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0, 0]), { typeValue: "t" }, "file"],
      ["name\nx\n", {}, "typeValue"],
      ["name\nx\n", { typeColumn: "kind" }, "typeColumn"],
      ["name\nx\n", { nameColumn: "title", typeValue: "t" }, "nameColumn"],
      ["name\nx\n", { typeValue: "t".repeat(256) }, "typeValue"],
    ] as const) {
      const answer = await upload(content, fields);
      expect([content, answer.status, answer.json.details?.[0].path]).toEqual([content, 400, path]);
    }
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    expect((await app.call("POST", "/v1/records/upload-csv", { text: "name\nx", headers })).status).toBe(400);
    expect((await app.call("POST", "/v1/records/upload-csv", { body: { file: "name\nx" } })).status).toBe(
      400,
    );
    expect((await app.call("POST", "/v1/records/upload-csv", { form: new FormData() })).status).toBe(400);
    expect((await upload("x".repeat(21 * 1024 * 1024))).status).toBe(413);
    expect(await stored()).toEqual([]);
  });

  it("are parsed in time linear in their length, also with empty lines, brackets or wide rows", async () => {
    const rows = "name,v\nOne,1\n";
    const empty = await upload(`${rows}${"\n".repeat(15_000_000)}Two,2\n`);
    expect(empty.json).toMatchObject({ created: 2, errors: 0 });
    const brackets = await upload(`${rows}Three,3\n${`,"[[[{""a"":"\n`.repeat(400_000)}`);
    expect(brackets.json).toMatchObject({ created: 1, errors: 400_001 });
    expect(brackets.json.errorDetails).toHaveLength(100);
    const cells = `name,${Array.from({ length: 1000 }, (_, index) => `c${index}`).join(",")}\nFour,${"[x,".repeat(999)}[x\n`;
    expect((await upload(cells.replaceAll("[x,", '"[x",'))).json).toMatchObject({ created: 1 });
    const wide = await upload(`name${",".repeat(15_000_000)}\nx\n`);
    expect([wide.status, wide.json.details[0].message]).toEqual([
      400,
      "Files are limited to 1005 columns. This file has 15000001.",
    ]);
    const row = await upload(`name,v\nFive${",x".repeat(5_000_000)}\n`);
    expect(row.json.errorDetails).toEqual(["Row 2: This row has 5,000,001 cells but the first row has 2."]);
  });

  it("are refused before parsing when the form has many parts", async () => {
    const part = '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n';
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    const send = (text: string) => app.call("POST", "/v1/records/upload-csv", { text, headers });
    for (const text of [
      `${part.repeat(380_000)}--x--\r\n`,
      `--x\r\ncontent-disposition: form-data; name="${"%22".repeat(5_000_000)}"\r\n\r\nb\r\n--x--\r\n`,
    ]) {
      const answer = await send(text);
      expect([answer.status, answer.json.details[0].code]).toEqual([400, "MALFORMED_FORM"]);
    }
    // The parser would decode the escape in the boundary and split the form at a different boundary than the server
    // counted.
    const escaped = await app.call("POST", "/v1/records/upload-csv", {
      text: `${part.repeat(30_000)}--x--\r\n`,
      headers: { "content-type": 'multipart/form-data; boundary="\\x"' },
    });
    expect([escaped.status, escaped.json.details[0].code]).toEqual([400, "MALFORMED_FORM"]);
    expect((await send(`${part.repeat(3)}--x--\r\n`)).json.details[0].path).toBe("file");
  });

  it("stop being imported when the client disconnects", async () => {
    const form = new FormData();
    form.set("file", new Blob([`name\n${"x\n".repeat(200_000)}`]), "records.csv");
    form.set("typeValue", "t");
    const gone = new AbortController();
    const answer = app.call("POST", "/v1/records/upload-csv", { form, signal: gone.signal });
    gone.abort();
    expect((await answer).status).not.toBe(201);
  });

  it("are not imported from a row with a NUL or a lone surrogate, which is reported", async () => {
    const answer = await upload(
      String.raw`name,v
a,"[""\u0000""]"
b,"[""\ud800""]"
c,"{""__proto__"":1}"`.replaceAll("\\u0000", "\\u0000"),
    );
    expect(answer.json.errors + answer.json.created).toBe(3);
    expect((await stored()).at(-1).metadata.v).toEqual(JSON.parse('{"__proto__":1}'));
  });

  it("are created in the order of the file, and listed up to a hundred records and errors", async () => {
    const rows = Array.from({ length: 1200 }, (_, index) => `r${index},${index}`);
    const answer = await upload(["name,n", ...rows, ...rows.slice(0, 150)].join("\n"));
    expect(answer.json).toMatchObject({ created: 1200, errors: 150 });
    expect([answer.json.records.length, answer.json.errorDetails.length]).toEqual([100, 100]);
    const exported = (await app.call("GET", "/v1/records/export?type=t")).text.split("\r\n");
    expect(exported.slice(1, -1).map((line) => line.split(",")[2])).toEqual(
      rows.map((row) => row.split(",")[0]),
    );
    expect((await app.call("GET", "/v1/records?includeCount=true&limit=1")).json.pagination.totalCount).toBe(
      1200,
    );
  });

  it("cause one change event per transaction of an import", async () => {
    const events = await app.listen();
    await events.next();
    await upload(`name\n${Array.from({ length: 300 }, (_, index) => `r${index}`).join("\n")}`);
    expect((await events.take(2)).map((event) => event?.data)).toEqual([{ types: ["t"] }, { types: ["t"] }]);
    await events.close();
  });

  it("are exported with every key, in a form that imports unchanged", async () => {
    const records = [
      {
        type: "a",
        name: "=cmd|x",
        metadata: { n: -1.5, text: "007", yes: true, "late key": [1, { a: "ü" }] },
      },
      {
        type: "b",
        name: 'q"uo,te',
        metadata: {
          formula: "=1+1",
          plus: "+49 170",
          quoted: "'=x",
          minus: "-5.50",
          space: " x ",
          [";".repeat(50)]: 1,
        },
      },
      {
        type: "a",
        name: "12",
        metadata: { id: "own", name: "inner", "metadata.id": 5, lines: "a\r\nb", none: null, empty: "" },
      },
    ];
    for (const body of records) await app.call("POST", "/v1/records", { body });
    const before = await stored();
    const file = await app.call("GET", "/v1/records/export");
    expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(file.headers.get("content-disposition")).toBe('attachment; filename="records.csv"');
    for (const cell of [",'=cmd|x,", ",'=1+1,", ",'+49 170,", ",''=x,", ",-5.50,", '," x ",']) {
      expect(file.text).toContain(cell);
    }
    const ids = before.map((row: TestResponse["json"]) => row.id);
    await app.call("POST", "/v1/records/bulk-delete", { body: { ids } });
    expect((await upload(file.text, {})).json).toMatchObject({ created: 3, errors: 0 });
    const after = await stored();
    const third = { id: "own", name: "inner", "metadata.id": 5, lines: "a\r\nb" };
    expect(
      after.map(({ type, name, metadata: kept }: TestResponse["json"]) => ({ type, name, metadata: kept })),
    ).toEqual([records[0], records[1], { ...records[2], metadata: third }]);
  });

  it("are exported with the filters of the record list: 204 if no record matches, 400 if the filter is invalid", async () => {
    for (const [type, name, n] of [
      ["a", "one", 1],
      ["a", "two", 2],
      ["b", "one", 3],
    ] as const) {
      await app.call("POST", "/v1/records", { body: { type, name, metadata: { [`n${n}`]: n } } });
    }
    const lines = async (query: string) =>
      (await app.call("GET", `/v1/records/export?${query}`)).text.trim().split("\r\n");
    expect((await lines("type=a"))[0]).toBe("id,type,name,createdAt,updatedAt,n1,n2");
    expect(await lines("type=a")).toHaveLength(3);
    expect(await lines("search=on")).toHaveLength(3);
    const filter = encodeURIComponent(JSON.stringify({ field: "n3", op: "isSet" }));
    expect(await lines(`recordFilter=${filter}`)).toHaveLength(2);
    const none = await app.call("GET", "/v1/records/export?type=none");
    expect([none.status, none.text]).toEqual([204, ""]);
    expect((await app.call("GET", "/v1/records/export?recordFilter=x")).status).toBe(400);
    const odd = await app.call("GET", `/v1/records/export?type=${encodeURIComponent('a"\r\nb')}`);
    expect(odd.status).toBe(204);
  });

  it("are not exported if they have more than 1,000 columns", async () => {
    const wide = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, 1]));
    await app.call("POST", "/v1/records", { body: { type: "a", name: "wide", metadata: wide } });
    const answer = await app.call("GET", "/v1/records/export");
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "TOO_MANY_ITEMS"]);
  });
});
