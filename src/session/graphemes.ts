// What people take for one character, whatever it is made of. The segmenter is made when it is needed: that takes milliseconds, and
// most commands need none.
let segmenter: Intl.Segmenter | undefined;

export function* graphemesOf(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}
