// The slash commands that change how the cache is held: its types, and what leaves it. What that costs is said before.
import type { KvFacts } from "../../../session/events.ts";
import { type KvType, kvTypes, windowPolicies } from "../../../session/settings.ts";
import { nearestName } from "../../nearest.ts";
import { type Completion, completeWord } from "../complete/candidate.ts";
import { bytes, plural } from "../panels/amounts.ts";
import { type TableRow, tableRows } from "../panels/table-rows.ts";
import type { TurnFigures } from "../panels/turn-figures.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";
import { windowWords } from "./window-words.ts";

export const kvCommands: readonly SlashCommand[] = [
  {
    name: "kv",
    argument: "[type]",
    summary: "switch the cache to another type, or K/V to two",
    complete: completeTypes,
    run: switchTypes,
  },
  {
    name: "window",
    argument: "[policy]",
    summary: "what leaves when the context is full",
    complete: completePolicy,
    run: switchWindow,
  },
];

/** Reading so much again is not begun without a yes. */
const manyTokens = 2048;
const manySeconds = 10;
/** Fewer tokens tell no speed. */
const fewestMeasured = 64;

interface Types {
  readonly typeK: KvType;
  readonly typeV: KvType;
}

function completeTypes(argument: string): Completion {
  const ofK = argument.slice(0, argument.indexOf("/") + 1);
  return completeWord(
    argument,
    kvTypes.map((type) => ({ text: ofK + type })),
  );
}

function completePolicy(argument: string): Completion {
  return completeWord(
    argument,
    windowPolicies.map((text) => ({ text })),
  );
}

async function switchTypes(context: CommandContext, argument: string): Promise<void> {
  const { conversation, note, fail, confirm, reopen } = context;
  const { kv, used } = conversation.usage();
  const types = readTypes(argument);
  if (argument === "") {
    note(`the cache is ${describeTypes(kv)}; /kv TYPE or /kv K/V takes ${kvTypes.join(", ")}`);
  } else if (!types) {
    const nearest = nearestName(argument.split("/")[0] ?? "", kvTypes);
    fail(
      `“${argument}” is no cache type`,
      `Did you mean ${nearest}? /kv alone lists them; two are K/V, such as q8_0/q4_0.`,
    );
  } else if (types.typeK === kv.typeK && types.typeV === kv.typeV) {
    note(`the cache is ${describeTypes(kv)} already`);
  } else {
    const cost = describeCost(context, types);
    const isLarge = used > manyTokens || (secondsToRead(context) ?? 0) > manySeconds;
    if (isLarge && !(await confirm(cost, { yes: "Switch" }))) note(`the cache stays ${describeTypes(kv)}`);
    else {
      note(cost);
      const { resumption } = await reopen({ cacheTypeK: types.typeK, cacheTypeV: types.typeV });
      const kept = resumption?.reused ?? 0;
      note(
        `the cache is ${describeTypes(types)} now${kept > 0 ? `; ${plural(kept, "token")} of it were on the disk` : ""}`,
      );
    }
  }
}

/** `q8_0`, or `q8_0/q4_0` for K and V. */
function readTypes(argument: string): Types | undefined {
  const types = argument.toLowerCase().split("/");
  const [typeK, typeV = typeK] = types as KvType[];
  const isKnown = types.length <= 2 && types.every((type) => (kvTypes as string[]).includes(type));
  return isKnown && typeK && typeV ? { typeK, typeV } : undefined;
}

/** Throws a KvchatError for types that do not fit the model. */
function describeCost(context: CommandContext, types: Types): string {
  const { conversation } = context;
  const { kv, used, usedBytes } = conversation.usage();
  const { held, allocated } = conversation.cacheCost(types);
  const change = `${describeTypes(kv)} → ${describeTypes(types)}`;
  const size = `${bytes(kv.bytes)} → ${bytes(allocated)} for the whole context`;
  if (used === 0) return `${change}: ${size}`;
  const seconds = secondsToRead(context);
  const time = seconds === undefined ? "" : `, about ${seconds < 1 ? "1" : Math.round(seconds)} s`;
  const again = `${plural(used, "token")} are read again with your next message${time}`;
  return `${change}: ${again}; ${bytes(usedBytes)} → ${bytes(held)}, ${size}`;
}

/** At the speed of the turn of this chat that read the most. */
function secondsToRead({ conversation, figures }: CommandContext): number | undefined {
  const most = figures.reduce<TurnFigures | undefined>(
    (best, turn) => (turn.tokens.evaluated > (best?.tokens.evaluated ?? 0) ? turn : best),
    undefined,
  );
  if (!most || most.tokens.evaluated < fewestMeasured || most.prefillPerSecond <= 0) return undefined;
  return conversation.usage().used / most.prefillPerSecond;
}

function describeTypes({ typeK, typeV }: Pick<KvFacts, "typeK" | "typeV">): string {
  return typeK === typeV ? typeK : `K ${typeK}, V ${typeV}`;
}

function switchWindow({ conversation, columns, note, fail }: CommandContext, argument: string): void {
  const before = conversation.usage().windowPolicy;
  const policy = windowPolicies.find((name) => name === argument.toLowerCase());
  if (argument === "") {
    const rows = windowPolicies.map(
      (name): TableRow => [`${name === before ? "› " : "  "}${name}`, windowWords[name].rule],
    );
    note(tableRows(rows, columns));
  } else if (!policy) {
    fail(
      `“${argument}” is no window policy`,
      `Did you mean ${nearestName(argument, windowPolicies)}? /window lists them.`,
    );
  } else {
    conversation.setWindow(policy);
    note(`window ${before} → ${policy}: ${windowWords[policy].rule}, from now on; nothing is read again`);
  }
}
