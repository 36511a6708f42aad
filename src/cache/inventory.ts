// What the store holds, by key and size, and what of it a conversation is made of: counted from names, without reading rows.
import { type Chain, chainKeys, type Key, keyAt, parentKey } from "./block-key.ts";
import type { BlockStore } from "./block-store.ts";
import { statesSliding } from "./kv-block.ts";
import { entries, type Kind } from "./store-folder.ts";

export interface StoredPiece {
  readonly kind: Kind;
  readonly key: Key;
  readonly bytes: number;
}

/** Of tails and snapshots that follow one key: how many tokens the prefixes have that they end. */
type Ends = Map<number, Kind>;

/** Headers that are read at once. */
const reads = 32;

export class Inventory {
  readonly pieces: readonly StoredPiece[];
  readonly #store: BlockStore;
  readonly #bytes: Readonly<Record<Kind, Map<Key, number>>>;
  #ends: Promise<Map<Key, Ends>> | undefined;

  private constructor(store: BlockStore, pieces: readonly StoredPiece[]) {
    this.#store = store;
    this.pieces = pieces;
    this.#bytes = { block: new Map(), tail: new Map(), snapshot: new Map() };
    for (const { kind, key, bytes } of pieces) this.#bytes[kind].set(key, bytes);
  }

  static async take(store: BlockStore): Promise<Inventory> {
    const pieces: StoredPiece[] = [];
    for await (const { kind, key, bytes } of entries(store.folder)) pieces.push({ kind, key, bytes });
    return new Inventory(store, pieces);
  }

  /**
   * The blocks and the tail of these tokens, or their snapshot. Of models that slide and of states that are kept whole also those
   * of shorter prefixes: they are what makes undo exact.
   */
  async piecesOf(chain: Chain): Promise<StoredPiece[]> {
    const keys = chainKeys(chain);
    const last = keyAt(chain, keys, chain.tokens.length);
    const found = new Map<string, StoredPiece>();
    const add = (kind: Kind, key: Key) => {
      const bytes = this.#bytes[kind].get(key);
      if (bytes !== undefined) found.set(`${kind} ${key}`, { kind, key, bytes });
    };
    for (const key of keys.blocks) add("block", key);
    for (const kind of ["tail", "snapshot"] as const) add(kind, last);
    const ends = await this.#endsByParent();
    for (let index = 0; index <= keys.blocks.length; index++) {
      for (const [length, kind] of ends.get(parentKey(keys, index)) ?? []) {
        if (length <= chain.tokens.length) add(kind, keyAt(chain, keys, length));
      }
    }
    return [...found.values()];
  }

  #endsByParent(): Promise<Map<Key, Ends>> {
    this.#ends ??= this.#readEnds();
    return this.#ends;
  }

  async #readEnds(): Promise<Map<Key, Ends>> {
    const ends = new Map<Key, Ends>();
    const rest = this.pieces.filter(({ kind }) => kind !== "block");
    const read = async ({ kind, key }: StoredPiece) => {
      const metadata = await this.#store.peek(kind, key);
      const { parent = "", end } = metadata;
      if (kind === "tail" && !statesSliding(metadata)) return;
      ends.set(parent, (ends.get(parent) ?? new Map()).set(Number(end), kind));
    };
    for (let done = 0; done < rest.length; done += reads) {
      await Promise.all(rest.slice(done, done + reads).map(read));
    }
    return ends;
  }
}
