// llama.cpp's sequence-state file: its numbers, and the error for files that are not one we can take apart.
// Source: llama.cpp v0.5.0, llama-context.cpp (state_seq_save_file), llama-kv-cache.cpp (state_write), llama-kv-cache-iswa.cpp.
//
// u32 magic, u32 version, u32 n, i32 tokens[n], then one cache, or two where some layers slide. A cache, little-endian:
//   u32 streams, and for each: u32 cells; where cells > 0: cells × (i32 position, u32 sequences = 1, i32 sequence),
//   u32 V transposed, u32 layers, layers × (i32 K type, u64 row bytes, cells × row), layers × (the same for V)

/** `ggsq` (LLAMA_STATE_SEQ_MAGIC). */
export const stateMagic = 0x67677371;
/** LLAMA_STATE_SEQ_VERSION. */
export const stateVersion = 3;

export const wordBytes = 4;
/** Position, count of sequences, sequence. */
export const cellBytes = 12;
/** Type and row bytes before the rows of a layer. */
export const rowHeadBytes = 12;

/** A state file that is damaged, or of a kind that cannot be cut into blocks. `message` is the reason, for people. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
}
