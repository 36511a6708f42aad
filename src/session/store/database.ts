// The open database: statements that are prepared once, transactions, and failures in words for people.
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { explainFailure } from "./explain-failure.ts";

export class Database implements Disposable {
  readonly path: string;
  readonly #file: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #inTransaction = false;

  constructor(file: DatabaseSync, path: string) {
    this.#file = file;
    this.path = path;
  }

  /** The first row; undefined where there is none. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#explained(() => this.#prepared(sql).get(...values)) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#explained(() => this.#prepared(sql).all(...values)) as Row[];
  }

  /** Returns how many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#explained(() => this.#prepared(sql).run(...values)).changes);
  }

  /**
   * All of `work` or nothing, with no other writer in between. Inside another transaction it is a part of that.
   * Without `flush` a power failure, though not the end of the process, may lose it: for what soon follows anew.
   */
  transaction<T>(work: () => T, { flush = true }: { flush?: boolean } = {}): T {
    if (this.#inTransaction) return work();
    return this.#explained(() => {
      if (!flush) this.#file.exec("PRAGMA synchronous = NORMAL");
      try {
        this.#file.exec("BEGIN IMMEDIATE");
        this.#inTransaction = true;
        const result = work();
        this.#file.exec("COMMIT");
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      } finally {
        this.#inTransaction = false;
        if (!flush) this.#file.exec("PRAGMA synchronous = FULL");
      }
    });
  }

  [Symbol.dispose](): void {
    if (this.#file.isOpen) this.#file.close();
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#file.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Some failures, of a full disk for example, have already ended the transaction. */
  #rollBack(): void {
    try {
      if (this.#inTransaction) this.#file.exec("ROLLBACK");
    } catch {}
  }

  #explained<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explainFailure(error, this.path);
    }
  }
}
