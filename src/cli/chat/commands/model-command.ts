// `/model`: which model this is; with a name, the chat goes on with another one that is on this machine.
import { basename } from "node:path";
import { typesName } from "../../../cache/types.ts";
import { folders } from "../../../session/folders.ts";
import { checkChatModel } from "../../../session/models/check-chat-model.ts";
import { listLocalModels } from "../../../session/models/model-store.ts";
import { resolveModel } from "../../../session/models/resolve.ts";
import { type Completion, completeWord } from "../complete/candidate.ts";
import { bytes, count, plural } from "../panels/amounts.ts";
import { type TableRow, tableRows } from "../panels/table-rows.ts";
import type { CommandContext, SlashCommand } from "./slash-command.ts";

export const modelCommand: SlashCommand = {
  name: "model",
  argument: "[name]",
  summary: "which model this is; go on with another",
  complete: completeName,
  run: (context, argument) => (argument === "" ? show(context) : goOn(context, argument)),
};

async function completeName(argument: string): Promise<Completion> {
  const models = await listLocalModels(folders().models);
  return completeWord(
    argument,
    models.map((model) => ({ text: model.name, detail: bytes(model.bytes) })),
  );
}

async function show({ conversation, columns, note }: CommandContext): Promise<void> {
  const { model, backend, modelFacts: facts } = conversation;
  const { contextSize, kv } = conversation.usage();
  const others = (await listLocalModels(folders().models)).map(({ name }) => name).filter((name) => name !== model);
  const here = `${count(contextSize)} tokens, its cache ${typesName(kv)}`;
  const rows: TableRow[] = [["model", `${model}, on ${backend}`]];
  if (facts) {
    const bits = ((facts.fileBytes * 8) / facts.parameters).toFixed(1);
    rows.push(
      ["named", `${facts.name} (${facts.architecture})`],
      ["file", basename(facts.path)],
      ["weights", `${bytes(facts.fileBytes)}, ${count(facts.parameters)} parameters of ${bits} bits`],
      ["trained on", `${count(facts.contextTrained)} tokens of context`],
      [
        "chat format",
        facts.chatTemplate ? "the model's own template" : "one that its words tell; it brings no template",
      ],
    );
  }
  rows.push(["context", here]);
  if (others.length > 0) rows.push(["/model NAME", `goes on with another: ${others.join(", ")}`]);
  note(tableRows(rows, columns));
}

async function goOn({ conversation, note, reopen }: CommandContext, given: string): Promise<void> {
  const { path, name } = await resolveModel(given, { modelsDir: folders().models, offline: true });
  // What cannot be one is told while the other is still loaded.
  const { path: modelPath } = await checkChatModel(path);
  const { model, messages } = conversation;
  if (modelPath === conversation.modelFacts?.path) {
    note(`this chat is with ${model} already`);
    return;
  }
  const again = plural(conversation.usage().used, "token");
  const cost = messages.length > 0 ? `: what was said, ${again} to ${model}, is read again with your next message` : "";
  note(`${model} → ${name}${cost}`);
  const opened = await reopen({ modelPath, modelName: name });
  note(
    [
      `${opened.model} on ${opened.backend}, ${count(opened.usage().contextSize)} tokens of context`,
      ...opened.notices,
    ].join("\n"),
  );
}
