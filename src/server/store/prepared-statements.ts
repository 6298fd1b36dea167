import {
  type PGlite,
  type QueryOptions,
  type Results,
  type Transaction,
  protocol,
  types,
} from "@electric-sql/pglite";
import { getSqlStateOfError } from "./sql-state.ts";

const MAX_STATEMENTS = 256;
/** Longer texts are mostly inserts of many rows, whose text differs with the number of rows. */
const MAX_TEXT_CHARACTERS = 8_000;
const PREPARED = /^\s*(?:select|insert|update|delete|with|savepoint|release)\b/i;
const LONG_TEXT = 1_000;
const BYTE_TYPES: ReadonlySet<number> = new Set([types.TEXT, types.JSON]);
/** A changed result type after a migration, and an unknown name. */
const STALE_STATES: ReadonlySet<string | undefined> = new Set(["0A000", "26000"]);

interface Statement {
  readonly name: string;
  readonly parameterTypes: readonly number[];
}

type Message = Awaited<ReturnType<PGlite["execProtocolStream"]>>[number];

/** One message to PGlite instead of six. `force_custom_plan`: each execution is still planned. */
export class PreparedStatements {
  readonly #instance: PGlite;
  /** By text, the least recently used first. */
  readonly #statements = new Map<string, Statement>();
  /** Texts that were used once: preparing pays off from the second use on. */
  readonly #usedOnce = new Set<string>();
  #nameCount = 0;

  constructor(instance: PGlite) {
    this.#instance = instance;
  }

  get size(): number {
    return this.#statements.size;
  }

  /** Runs a statement outside of a transaction. */
  query<T>(text: string, values?: unknown[], options?: QueryOptions): Promise<Results<T>> {
    if (!this.#isUsedAgain(text, options)) return this.#instance.query<T>(text, values, options);
    // oxlint-disable-next-line eslint/no-underscore-dangle -- the lock that PGlite itself takes around a query
    return this.#instance._runExclusiveTransaction(() => this.#run<T>(text, values, options));
  }

  transaction<T>(work: (tx: Pick<Transaction, "query" | "exec">) => Promise<T>): Promise<T> {
    return this.#instance.transaction((tx) =>
      work({
        query: (text, values, options) => {
          if (!this.#isUsedAgain(text, options)) return tx.query(text, values, options);
          return this.#run(text, values, options);
        },
        exec: (text, options) => tx.exec(text, options),
      }),
    );
  }

  /** Returns whether the statement was used before and can be prepared. */
  #isUsedAgain(text: string, options: QueryOptions | undefined): boolean {
    if (text.length > MAX_TEXT_CHARACTERS || !PREPARED.test(text)) return false;
    if (options?.blob || options?.paramTypes || options?.onNotice) return false;
    if (this.#statements.has(text) || this.#usedOnce.delete(text)) return true;
    this.#usedOnce.add(text);
    const [oldest] = this.#usedOnce;
    if (this.#usedOnce.size > MAX_STATEMENTS && oldest !== undefined) this.#usedOnce.delete(oldest);
    return false;
  }

  #run<T>(text: string, values: unknown[] = [], options?: QueryOptions): Promise<Results<T>> {
    return this.#instance.runExclusive(async () => {
      const { name, parameterTypes } = await this.#prepare(text);
      const bound = values.map((value, index) => this.#serialize(value, parameterTypes[index]));
      const { bind, describe, execute, sync } = protocol.serialize;
      try {
        const messages = await this.#send(
          bind({ statement: name, values: bound }),
          describe({ type: "P" }),
          execute({}),
          sync(),
        );
        return this.#readResults<T>(messages, options);
      } catch (error) {
        if (STALE_STATES.has(getSqlStateOfError(error))) await this.#close(text, name);
        throw error;
      }
    });
  }

  async #prepare(text: string): Promise<Statement> {
    const known = this.#statements.get(text);
    if (known) {
      this.#statements.delete(text);
      this.#statements.set(text, known);
      return known;
    }
    this.#nameCount += 1;
    const name = `flowline_${this.#nameCount}`;
    const { parse, describe, sync } = protocol.serialize;
    const messages = await this.#send(parse({ name, text }), describe({ type: "S", name }), sync());
    const parameterTypes = messages.flatMap((message) =>
      "dataTypeIDs" in message ? (message.dataTypeIDs as readonly number[]) : [],
    );
    const statement = { name, parameterTypes };
    this.#statements.set(text, statement);
    const [oldest] = this.#statements;
    if (this.#statements.size > MAX_STATEMENTS && oldest) await this.#close(oldest[0], oldest[1].name);
    return statement;
  }

  async #close(text: string, name: string): Promise<void> {
    this.#statements.delete(text);
    const { close, sync } = protocol.serialize;
    await this.#send(close({ type: "S", name }), sync());
  }

  #send(...messages: readonly Uint8Array[]): Promise<readonly Message[]> {
    return this.#instance.execProtocolStream(Buffer.concat(messages), { syncToFs: false });
  }

  #serialize(value: unknown, type = 0): string | Uint8Array | null {
    if (value === null || value === undefined) return null;
    // As bytes, which are the binary format of these types: PGlite measures a string twice, character by character.
    if (typeof value === "string" && value.length >= LONG_TEXT && BYTE_TYPES.has(type))
      return Buffer.from(value);
    const serialize = this.#instance.serializers[type];
    // oxlint-disable-next-line typescript/no-base-to-string -- as PGlite does for types without a serializer
    return serialize ? serialize(value) : String(value);
  }

  /** Reads the result like PGlite's own `query`. */
  #readResults<T>(messages: readonly Message[], options: QueryOptions | undefined): Results<T> {
    let fields: readonly ResultField[] = [];
    const rows: unknown[] = [];
    let command = "";
    for (const message of messages) {
      if (message.name === "rowDescription") {
        fields = (message as RowDescription).fields.map(({ name, dataTypeID }) => {
          const parse = options?.parsers?.[dataTypeID] ?? this.#instance.parsers[dataTypeID];
          return { name, dataTypeID, parse };
        });
      } else if (message.name === "dataRow") {
        const row = (message as DataRow).fields.map((text, index) => {
          const { parse, dataTypeID } = fields[index] ?? NO_FIELD;
          return text === null || !parse ? text : parse(text, dataTypeID);
        });
        if (options?.rowMode === "array") rows.push(row);
        else rows.push(Object.fromEntries(row.map((value, index) => [fields[index]?.name ?? "", value])));
      } else if (message.name === "commandComplete") {
        command = (message as CommandComplete).text;
      }
    }
    const [kind = "", ...counts] = command.split(" ");
    const count = Number(counts.at(-1));
    const affectedRows = /^(?:INSERT|UPDATE|DELETE)$/.test(kind) ? count : 0;
    return {
      rows: rows as Results<T>["rows"],
      fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
      command: kind,
      affectedRows,
      ...(Number.isFinite(count) && { rowCount: count }),
    };
  }
}

interface ResultField {
  readonly name: string;
  readonly dataTypeID: number;
  readonly parse: ((text: string, type: number) => unknown) | undefined;
}

const NO_FIELD: ResultField = { name: "", dataTypeID: 0, parse: undefined };

interface RowDescription extends Message {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

interface DataRow extends Message {
  readonly fields: readonly (string | null)[];
}

interface CommandComplete extends Message {
  readonly text: string;
}
