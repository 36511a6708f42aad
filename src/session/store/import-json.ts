// kvchat's own JSON as a session. Every field is checked: a file from elsewhere is not to be trusted.
import { jsonVersion } from "./export-json.ts";
import { type ImportedSession, notImportable } from "./imported-session.ts";
import type { MessageRecord, SessionRecord, SessionSettings } from "./session-record.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isNumber: Check = (value) => Number.isFinite(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isToken: Check = (value) => isCount(value) && (value as number) < 2 ** 32;
const isDate: Check = (value) => isCount(value) && (value as number) <= 8.64e15;
const isOneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const isNullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const sessionShape: Record<keyof Omit<SessionRecord, "id" | "updated" | "forkedFrom">, Check> = {
  name: isText,
  created: isDate,
  model: isText,
  modelPath: isText,
  fingerprint: (value) => isObject(value) && Object.values(value).every(isText),
  settings: isObject,
  systemPrompt: isText,
  seed: (value) => Number.isSafeInteger(value),
  leaf: isNullOr(isCount),
};

const messageShape: Record<keyof MessageRecord, Check> = {
  id: isCount,
  parent: isNullOr(isCount),
  role: isOneOf("user", "assistant"),
  content: isText,
  thinking: isText,
  state: isOneOf("complete", "partial"),
  stopReason: isOneOf(null, "stop", "length", "interrupted", "context"),
  generated: (value) =>
    value === undefined ||
    (isObject(value) &&
      isText(value.text) &&
      isText(value.lead) &&
      Array.isArray(value.tokens) &&
      value.tokens.every(isToken)),
  evicted: isFlag,
  created: isDate,
  updated: isDate,
};

const settingShape: Record<keyof SessionSettings, Check> = {
  ctxSize: isCount,
  batchSize: isCount,
  threads: isCount,
  nPredict: isNumber,
  temp: isNumber,
  topK: isNumber,
  topP: isNumber,
  minP: isNumber,
  repeatPenalty: isNumber,
  keep: isNumber,
  cacheTypeK: isText,
  cacheTypeV: isText,
  flashAttention: isText,
  gpuLayers: isCount,
  gpu: isText,
  swaFull: isFlag,
  mmap: isFlag,
  window: isText,
  reasoning: isText,
};

/** Settings of the right kind are taken, whatever their value: who opens the session checks that as any other setting. */
export function importJson({ version, session, messages }: Record<string, unknown>): ImportedSession {
  if (!isCount(version)) throw notImportable("it does not say its version");
  if ((version as number) > jsonVersion) throw notImportable(`a newer kvchat wrote it: version ${version}`);
  check(session, sessionShape, "session");
  if (!Array.isArray(messages)) throw notImportable("messages is no array");
  for (const [index, message] of messages.entries()) check(message, messageShape, `messages[${index}]`);
  const { name, created, leaf, settings, ...rest } = session as unknown as SessionRecord;
  const { model, modelPath, fingerprint, systemPrompt, seed } = rest;
  checkTree(messages, leaf);
  const facts = { model, modelPath, fingerprint, settings: knownSettings(settings), systemPrompt, seed };
  return { facts, name, created, messages, leaf };
}

function check(value: unknown, shape: Record<string, Check>, where: string): void {
  if (!isObject(value)) throw notImportable(`${where} is no object`);
  for (const [key, isRight] of Object.entries(shape)) {
    if (!isRight(value[key])) throw notImportable(`${where}.${key} is missing or of the wrong kind`);
  }
}

function checkTree(messages: readonly MessageRecord[], leaf: number | null): void {
  const roles = new Map<number, MessageRecord["role"]>();
  for (const [index, { id, parent, role }] of messages.entries()) {
    if (roles.has(id)) throw notImportable(`messages[${index}] has the id of another`);
    const parentRole = parent === null ? "assistant" : roles.get(parent);
    if (!parentRole) throw notImportable(`messages[${index}] stands before its parent, or has none`);
    if (parentRole === role) throw notImportable(`messages[${index}] follows one of the same role`);
    roles.set(id, role);
  }
  if (leaf !== null && !roles.has(leaf)) throw notImportable("session.leaf is none of the messages");
}

/** What this program does not know, a later version's, is left out. */
function knownSettings(settings: Readonly<Record<string, unknown>>): SessionSettings {
  const known = Object.entries(settings).filter(([key, value]) => {
    const isRight = Object.hasOwn(settingShape, key) && settingShape[key as keyof SessionSettings];
    if (isRight && !isRight(value)) throw notImportable(`session.settings.${key} is of the wrong kind`);
    return isRight;
  });
  return Object.fromEntries(known);
}
