// `/set`: how tokens are chosen, and the settings beside that, by kvchat's names and by Ollama's (`/set parameter temperature 0.2`).
import { nearestHint } from "../../nearest.ts";
import { type Completion, completeWord } from "../complete/candidate.ts";
import { type TableRow, tableRows } from "../panels/table-rows.ts";
import { answerLimit } from "./answer-limit.ts";
import { contextSize } from "./context-size.ts";
import type { OtherSetting } from "./other-setting.ts";
import { reasoning } from "./reasoning.ts";
import { askedNumber, type SamplingKey, samplingKeys } from "./sampling-keys.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";
import { setSystem } from "./system-command.ts";

export const setCommand: SlashCommand = {
  name: "set",
  argument: "[key value]",
  summary: "show or set how tokens are chosen, thinking, lengths",
  complete,
  run: set,
};

const otherSettings: readonly OtherSetting[] = [reasoning, answerLimit, contextSize];
const switches = [
  { name: "verbose", summary: "the figures of each answer under it" },
  { name: "quiet", summary: "answers without them" },
];

function complete(argument: string): Completion {
  const keys = [...samplingKeys, ...otherSettings, ...switches].map(({ name, summary }) => ({
    text: name,
    detail: summary,
  }));
  return completeWord(argument, /\s/.test(argument) ? [] : keys);
}

function set(context: CommandContext, argument: string): void | Promise<void> {
  const text = argument.replace(/^parameter(\s+|$)/i, "");
  const [first = "", ...values] = text.split(/[\s=]+/).filter((word) => word !== "");
  const name = first.toLowerCase().replace(/^--/, "").replaceAll("_", "-");
  const key = samplingKeys.find((candidate) => [candidate.name, candidate.field.toLowerCase()].includes(name));
  const other = otherSettings.find((candidate) => [candidate.name, ...candidate.otherNames].includes(name));
  if (name === "") return list(context);
  if (name === "system") return setSystem(context, text.replace(/^\S*?system[\s=]*/i, ""));
  if (name === "verbose" || name === "quiet") return showFigures(context, name, values.join(" ").toLowerCase());
  if (other) return other.run(context, { name, value: values.join(" ") });
  if (key) return setSampling(context, key, values.join(" "));
  const names = [...samplingKeys, ...otherSettings, ...switches].map((candidate) => candidate.name);
  context.fail(`there is no setting “${first}”`, `${nearestHint(name, names)}/set alone lists them all.`);
}

function list({ conversation, columns, note }: CommandContext): void {
  const rows = [
    ...samplingKeys.map(({ name, field, summary }) => ({ name, value: `${conversation.sampling[field]}`, summary })),
    ...otherSettings.map(({ name, value, summary }) => ({ name, value: value(conversation), summary })),
  ];
  const table = rows.map(({ name, value, summary }): TableRow => [`${name.padEnd(15)} ${value}`, summary]);
  note(tableRows([...table, ["verbose, quiet", "the figures of each answer under it, or none"]], columns));
}

function showFigures({ showFigures, note, fail }: CommandContext, name: "verbose" | "quiet", value: string): void {
  if (!["", "on", "off"].includes(value)) {
    fail(`${name} is on or off, not “${value}”`, `/set ${name} is on, /set ${name} off is off.`);
    return;
  }
  const isShown = (name === "verbose") === (value !== "off");
  showFigures(isShown);
  note(isShown ? "each answer is followed by its figures from now on" : "answers come without figures from now on");
}

function setSampling(context: CommandContext, key: SamplingKey, value: string): void {
  const { conversation, note } = context;
  const before = conversation.sampling[key.field];
  const asked = askedNumber(context, { ...key, before }, value);
  if (asked === undefined) return;
  conversation.setSampling({ [key.field]: asked });
  const after = conversation.sampling[key.field];
  const effect = key.field === "temperature" && after === 0 ? ": always the likeliest token" : "";
  note(`${key.name} ${before} → ${after}${effect}, from the next answer on`);
}
