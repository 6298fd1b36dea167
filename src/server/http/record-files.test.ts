import { beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { type Reply, type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeStores } from "#server/testing/test-stores.ts";

describeStores("records as CSV", (store) => {
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
  const stored = async (query = "?limit=100"): Promise<Reply["json"]> =>
    (await app.call("GET", `/v1/records${query}`)).json.data.toReversed();
  const metadata = async () => (await stored()).map((row: Reply["json"]) => row.metadata);

  it("make a record of each row, with quotes, line ends and values as spreadsheets write them", async () => {
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
      message: "2 records were created.",
    });
    const records = await stored();
    expect(records.map((row: Reply["json"]) => [row.type, row.name])).toEqual([
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
    ["a first one as Windows does", "name,n\r\nA,1\nB,2\n"],
    ["a first one as Unix does", "name,n\nA,1\r\nB,2\r\n"],
    ["one as old Macs did", "name,n\r\nA,1\rB,2"],
  ])("end their lines in more than one way: %s", async (_, file) => {
    expect((await upload(file)).json).toMatchObject({ created: 2, errors: 0 });
    expect((await stored()).map((row: Reply["json"]) => [row.name, row.metadata])).toEqual([
      ["A", { n: 1 }],
      ["B", { n: 2 }],
    ]);
  });

  it("find line ends that lie across two slices of the file", async () => {
    // 64 KiB are read at a time: the line end lies before, across and after that.
    for (const place of [-1, 0, 1]) {
      const value = "x".repeat(64 * 1024 - "name,n\r\nA,".length - 1 + place);
      const answer = await upload(`name,n\r\nA,${value}\r\nB,2\r\n`, { typeValue: `t${place}` });
      expect(answer.json).toMatchObject({ created: 2, errors: 0 });
      expect((await stored(`?type=t${place}`))[0].metadata).toEqual({ n: value });
    }
  });

  it("take the columns that are asked for, semicolons and tabs", async () => {
    const file = "kind;name;title;x\na;ignored;First;1\nb;ignored;Second;2\n";
    expect((await upload(file, { nameColumn: "title", typeColumn: "kind" })).json.created).toBe(2);
    expect((await stored()).map((row: Reply["json"]) => [row.type, row.name, row.metadata])).toEqual([
      ["a", "First", { name: "ignored", x: 1 }],
      ["b", "Second", { name: "ignored", x: 2 }],
    ]);
    const both = await upload("kind\tid\na\tThird", { typeColumn: "kind", typeValue: "wins" });
    expect(both.json.records).toMatchObject([{ type: "wins", name: "a" }]);
  });

  it("leave out the rows that are none, and say which", async () => {
    await upload("name,n\nTaken,1\n");
    const long = "x".repeat(501);
    const answer = await upload(
      `name,n\nOne,1\nTaken,2\nOne,3\n,4\nFive,5,6\nSix\n${long},7\nEight,8\n"Open,9\nTen,10\n`,
    );
    expect(answer.json).toMatchObject({ success: false, created: 2, errors: 7 });
    expect(answer.json.message).toBe("2 records were created; 7 rows were left out.");
    expect(answer.json.errorDetails).toEqual([
      { row: 3, message: "There is already a record named “Taken” of the type “t”." },
      { row: 4, message: "There is already a record named “One” of the type “t”." },
      { row: 5, message: "The name is missing." },
      { row: 6, message: "This row has 3 cells where the first one has 2." },
      { row: 7, message: "This row has 1 cell where the first one has 2." },
      { row: 8, message: "The name has more than 500 characters." },
      { row: 10, message: expect.stringContaining("never closed") },
    ]);
    expect(await metadata()).toEqual([{ n: 1 }, { n: 1 }, { n: 8 }]);
  });

  it("refuse files that no record can be made of, and change nothing", async () => {
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

  it("hold what cannot be kept of a cell as an error of its row", async () => {
    const answer = await upload(
      String.raw`name,v
a,"[""\u0000""]"
b,"[""\ud800""]"
c,"{""__proto__"":1}"`.replaceAll("\\u0000", "\\u0000"),
    );
    expect(answer.json.errors + answer.json.created).toBe(3);
    expect((await stored()).at(-1).metadata.v).toEqual(JSON.parse('{"__proto__":1}'));
  });

  it("keep the order of a file, and answer no more than a hundred of each", async () => {
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

  it("tell of an import once for each of its transactions", async () => {
    const events = await app.listen();
    await events.next();
    await upload(`name\n${Array.from({ length: 300 }, (_, index) => `r${index}`).join("\n")}`);
    expect((await events.take(2)).map((heard) => heard?.data)).toEqual([{ types: ["t"] }, { types: ["t"] }]);
    await events.close();
  });

  it("are exported with every key of every record, in the form that comes back as it was", async () => {
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
    const ids = before.map((row: Reply["json"]) => row.id);
    await app.call("POST", "/v1/records/bulk-delete", { body: { ids } });
    expect((await upload(file.text, {})).json).toMatchObject({ created: 3, errors: 0 });
    const after = await stored();
    const third = { id: "own", name: "inner", "metadata.id": 5, lines: "a\r\nb" };
    expect(
      after.map(({ type, name, metadata: kept }: Reply["json"]) => ({ type, name, metadata: kept })),
    ).toEqual([records[0], records[1], { ...records[2], metadata: third }]);
  });

  it("are exported as the list would show them, or not at all", async () => {
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

  it("are not exported with more columns than a table can have", async () => {
    const wide = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, 1]));
    await app.call("POST", "/v1/records", { body: { type: "a", name: "wide", metadata: wide } });
    const answer = await app.call("GET", "/v1/records/export");
    expect([answer.status, answer.json.details[0].code]).toEqual([400, "TOO_MANY_ITEMS"]);
  });
});
