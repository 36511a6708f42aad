// The native module that node-llama-cpp ships (llama-addon.node), typed as far as kvchat calls it.
// Its JavaScript layer costs 1-2 ms a token and a second at start, so the module is driven directly.
// Source: node-llama-cpp 3.22.1, llama/addon/*.cpp and dist/bindings/AddonTypes.d.ts.

export interface AddonModel {
  init(): Promise<boolean>;
  dispose(): Promise<void>;
  abortActiveModelLoad(): void;
  tokenize(text: string, special: boolean): Uint32Array;
  detokenize(tokens: Uint32Array, special: boolean): string;
  isEogToken(token: number): boolean;
  tokenBos(): number;
  shouldPrependBosToken(): boolean;
  getTotalSize(): number;
  getMemoryBreakdown(): { cpuRam: number; gpuVram: number };
}

export interface AddonContext {
  init(): Promise<boolean>;
  dispose(): Promise<void>;
  getContextSize(): number;
  initBatch(size: number): void;
  addToBatch(sequence: number, firstPosition: number, tokens: Uint32Array, logitIndexes: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(logitIndex: number, sampler: AddonSampler): Promise<number>;
  /** With what was sampled from: all candidates that the sampler left, or those that a filter names. */
  sampleToken(
    logitIndex: number,
    sampler: AddonSampler,
    probabilities: false,
    confidence: false,
    logits: true | LogitFilter,
    totalLogitWeight: boolean,
  ): Promise<SampledLogits>;
  disposeSequence(sequence: number): void;
  removeTokenCellsFromSequence(sequence: number, start: number, end: number): boolean;
  shiftSequenceTokenCells(sequence: number, start: number, end: number, delta: number): void;
  getSequenceKvCacheMinPosition(sequence: number): number;
  /** Resolves to the bytes written. */
  saveSequenceStateToFile(path: string, sequence: number, tokens: Uint32Array): Promise<number>;
  /** Resolves to the tokens that the file names; rejects when there are more than `maxTokens`. */
  loadSequenceStateFromFile(path: string, sequence: number, maxTokens: number): Promise<Uint32Array>;
  getMemoryBreakdown(): { cpuRam: number; gpuVram: number };
}

/** Tokens whose logits are wanted, each once; then whether the highest, the lowest, the sampled one, and how many of the top. */
export type LogitFilter = readonly [
  tokens: number[],
  highest: boolean,
  lowest: boolean,
  selected: boolean,
  top: number,
];

export type SampledLogits = readonly [
  token: number,
  probabilities: undefined,
  confidence: undefined,
  /** Token, logit, token, logit, … */
  logits: readonly number[],
  /** Sum of `exp(logit - highest logit)` over the candidates, added up in single precision. */
  totalLogitWeight: number | undefined,
];

export interface AddonSampler {
  dispose(): void;
  applyConfig(config: Record<string, unknown>): void;
}

export interface Addon {
  AddonModel: new (path: string, parameters: Record<string, unknown>) => AddonModel;
  AddonContext: new (model: AddonModel, parameters: Record<string, unknown>) => AddonContext;
  AddonSampler: new (model: AddonModel) => AddonSampler;
  AddonJinjaRenderer: new (template: string) => { render(variables: Record<string, unknown>): string };
  init(): Promise<void>;
  dispose(): Promise<void>;
  loadBackends(folder?: string): void;
  systemInfo(): string;
  getGpuType(): "cuda" | "vulkan" | "metal" | false | undefined;
  getGpuDeviceInfo(): { deviceNames: string[] };
  getGpuVramInfo(): { total: number; used: number; unifiedSize: number };
  getMathCores(): number;
  getIsArchSupported(architecture: string): boolean;
  getIsArchRecurrent(architecture: string): boolean | undefined;
  getIsArchHybrid(architecture: string): boolean | undefined;
  getGgmlType(name: string): number | undefined;
  setLogger(logger: (level: number, message: string) => void): void;
  setLoggerLogLevel(level: number): void;
}
