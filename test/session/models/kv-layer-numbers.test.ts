// Which layers of the real models have a cache, by their numbers.
import { expect, test } from "vitest";
import { checkChatModel } from "../../../src/session/models/check-chat-model.ts";
import { kvLayerNumbers } from "../../../src/session/models/kv-shape.ts";
import { gemma3Path, smollm2Path } from "../../helpers/models.ts";

test("all layers of a plain model look back at everything", async () => {
  const { base, sliding } = kvLayerNumbers(await checkChatModel(await smollm2Path()));
  expect(base).toEqual(Array.from({ length: 30 }, (_, layer) => layer));
  expect(sliding).toEqual([]);
});

test("every sixth layer of Gemma 3 does, the others slide", async () => {
  const { base, sliding } = kvLayerNumbers(await checkChatModel(await gemma3Path()));
  expect(base).toEqual([5, 11, 17]);
  expect(sliding).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16]);
});
