// Takes an answer line by line, keeps what is open of it, and gives the lines that are final: CommonMark's way of reading blocks
// (https://spec.commonmark.org/0.31.2/#phase-1-block-structure), which never looks at a line twice.
import type { Style } from "../theme.ts";
import {
  addCodeLine,
  type CodeLeaf,
  closesFence,
  codeEnd,
  codeIndent,
  codeStart,
  insideFence,
  openCode,
} from "./code-leaf.ts";
import { blankLine, type Container, matchContainers, openContainers, prefixes, withTask } from "./containers.ts";
import { type Definition, definitionSpans, readDefinition, withDefinition } from "./definition.ts";
import { type FlowLayout, settleFlow, wrapFlow } from "./flow.ts";
import { completeMarks, inlineSpans } from "./inline.ts";
import { type Leaf, type LeafStart, leafStart, type TextLeaf, underlineLevel } from "./leaf.ts";
import { type Definitions, type Span, span, styled, textOf, trimLine, wrapSpans } from "./span.ts";
import { addTableRow, openTable, tableLines } from "./table-leaf.ts";

/** What is open of an answer. Never changed in place: each step of the writer gives another. */
export interface Blocks {
  readonly containers: readonly Container[];
  readonly leaf: Leaf | undefined;
  /** A blank line belongs before what comes next. */
  readonly hasGap: boolean;
  readonly hasLines: boolean;
  readonly definitions: Definitions;
}

export const noBlocks: Blocks = { containers: [], leaf: undefined, hasGap: false, hasLines: false, definitions: {} };

const headingStyles: readonly (readonly Style[])[] = [["accent", "underlined"], ["accent"], ["strong"]];

export class BlockWriter {
  /** What became final. */
  readonly lines: Span[][] = [];
  blocks: Blocks;
  #layout: FlowLayout;

  constructor(blocks: Blocks, layout: FlowLayout) {
    this.blocks = blocks;
    this.#layout = withDefinitions(layout, blocks.definitions);
  }

  /** A line from its beginning; what is left of a long one follows by `more`. */
  line(line: string): void {
    const { containers, leaf } = this.blocks;
    const { matched, rest } = matchContainers(line, containers);
    const isInside = matched === containers.length;
    if (leaf?.type === "code" && this.#isFenced(leaf, rest, isInside)) return;
    const level = leaf?.type === "text" && isInside ? underlineLevel(rest) : undefined;
    if (rest.trim() === "") this.#blank(matched);
    else if (leaf?.type === "text" && level) this.#underlined(leaf, level);
    else this.#words(matched, rest);
  }

  /** What follows in a line whose beginning was taken. */
  more(text: string): void {
    const { leaf } = this.blocks;
    if (!leaf) this.#settle({ lead: [], text });
    else if (leaf.type === "text") this.#settle({ ...leaf.flow, text: leaf.flow.text + text });
    else
      this.#grow(leaf.type === "code" ? addCodeLine(leaf, text, this.#columns) : addTableRow(leaf, text, this.#inside));
  }

  /** The answer is over. */
  end(): void {
    this.#leave(0);
  }

  /** As `end`, for what is shown until it goes on: marks that were not closed yet are closed. */
  pause(): void {
    const { leaf } = this.blocks;
    if (leaf?.type === "text") {
      const text = completeMarks(leaf.flow.text);
      this.#set({ leaf: { type: "text", flow: { ...leaf.flow, text } } });
    } else if (leaf?.type === "code") this.#set({ leaf: undefined });
    this.end();
  }

  /** Columns beside the marks of quotes and lists. */
  get #columns(): number {
    const { columns } = this.#layout;
    return columns - textOf(prefixes(this.blocks.containers, columns).others).length;
  }

  get #inside(): FlowLayout {
    return { ...this.#layout, columns: this.#columns };
  }

  #set(changes: Partial<Blocks>): void {
    this.blocks = { ...this.blocks, ...changes };
  }

  #grow({ rows, leaf }: { rows: readonly Span[][]; leaf: Leaf }): void {
    this.#print(rows);
    this.#set({ leaf });
  }

  /** Whether the line belongs to the code between fences. */
  #isFenced(leaf: CodeLeaf, line: string, isInside: boolean): boolean {
    if (!leaf.fence) return false;
    // Models forget to indent the end of code in a list item. Taken by the letter, all that follows would be code.
    if (closesFence(line, leaf.fence)) this.#closeLeaf();
    else if (isInside) this.#grow(addCodeLine(leaf, insideFence(line, leaf.fence), this.#columns));
    else return false;
    return true;
  }

  #blank(matched: number): void {
    const { leaf, containers } = this.blocks;
    if (leaf?.type === "code" && matched === containers.length) {
      this.#set({ leaf: { ...leaf, blanks: leaf.blanks + 1 } });
      return;
    }
    if (matched === containers.length) this.#closeLeaf();
    else this.#leave(matched);
    this.#set({ hasGap: true });
  }

  /** A line that is not blank and not between fences. */
  #words(matched: number, line: string): void {
    const { containers, leaf } = this.blocks;
    const isInside = matched === containers.length;
    const isText = leaf?.type === "text";
    const { opened, rest } = openContainers(line, { depth: matched, isInParagraph: isText && isInside });
    const start = leafStart(rest, isText && opened.length === 0);
    const goesOn = opened.length === 0 && (isInside || isText);
    if (goesOn && start.type === "text" && isText) this.#textLine(leaf, rest);
    else if (goesOn && start.type === "text" && leaf?.type === "table")
      this.#grow(addTableRow(leaf, rest, this.#inside));
    else if (goesOn && start.type === "indented" && leaf?.type === "code")
      this.#grow(addCodeLine(leaf, rest.slice(codeIndent), this.#columns));
    else {
      this.#enter(matched, opened);
      this.#begin(start, rest);
    }
  }

  /** Leaves the containers from `matched` on and enters the new ones. */
  #enter(matched: number, [first, ...others]: readonly Container[]): void {
    const sibling = this.blocks.containers[matched];
    this.#leave(matched);
    if (!first) return;
    const isNext = first.type === "item" && sibling?.type === "item" && first.kind === sibling.kind;
    const number = isNext && sibling.number !== undefined ? sibling.number + 1 : undefined;
    const entered = number === undefined ? first : { ...first, number };
    this.#set({ containers: [...this.blocks.containers, entered, ...others] });
  }

  #leave(matched: number): void {
    this.#closeLeaf();
    // An item without words is there all the same.
    if (this.blocks.containers.slice(matched).some(({ type, isBegun }) => type === "item" && !isBegun))
      this.#print([[]]);
    this.#set({ containers: this.blocks.containers.slice(0, matched) });
  }

  #begin(start: LeafStart, line: string): void {
    const definition = start.type === "text" ? readDefinition(line) : undefined;
    if (start.type === "fence") {
      this.#print([codeStart(start.fence, this.#columns)]);
      this.#set({ leaf: openCode(start.fence) });
    } else if (start.type === "indented") {
      this.#grow(addCodeLine(openCode(undefined), line.slice(codeIndent), this.#columns));
    } else if (start.type === "heading") {
      this.#heading(start.level, inlineSpans(start.text, this.#layout.look));
    } else if (start.type === "rule") {
      this.#print([[span("─".repeat(this.#columns), "faint")]]);
    } else if (definition) {
      this.#define(definition);
    } else if (line !== "") {
      const { containers, rest } = withTask(this.blocks.containers, line.trimStart());
      this.#set({ containers });
      this.#settle({ lead: [], text: rest });
    }
  }

  #define(definition: Definition): void {
    const definitions = withDefinition(this.blocks.definitions, definition);
    this.#print(wrapSpans(definitionSpans(definition, this.#layout.look), this.#columns));
    this.#set({ definitions });
    this.#layout = withDefinitions(this.#layout, definitions);
  }

  #textLine({ flow }: TextLeaf, line: string): void {
    const { lead, text } = flow;
    const last = text.lastIndexOf("\n") + 1;
    const table = last > 0 || lead.length === 0 ? openTable(text.slice(last), line, this.#layout) : undefined;
    if (table) {
      this.#set({ leaf: last > 0 ? { type: "text", flow: { lead, text: text.slice(0, last - 1) } } : undefined });
      this.#closeLeaf();
      this.#set({ leaf: table });
    } else {
      // A backslash at the end of a line breaks it, as does its end.
      this.#settle({ lead, text: `${text.replace(/\\$/, "").trimEnd()}\n${line.trimStart()}` });
    }
  }

  #settle(flow: TextLeaf["flow"]): void {
    const settled = settleFlow(flow, this.#inside);
    this.#grow({ rows: settled.rows, leaf: { type: "text", flow: settled.flow } });
  }

  #underlined({ flow }: TextLeaf, level: number): void {
    this.#set({ leaf: undefined });
    this.#heading(level, [...flow.lead, ...inlineSpans(flow.text.trimEnd(), this.#layout.look)]);
  }

  #heading(level: number, spans: readonly Span[]): void {
    const mark = this.#layout.look.hasStyles ? [] : [span(`${"#".repeat(level)} `)];
    const styles = headingStyles[level - 1] ?? ["strong"];
    const { hasGap, containers } = this.blocks;
    this.#set({ hasGap: hasGap || containers.every(({ isBegun }) => isBegun) });
    this.#print(wrapSpans([...mark, ...styled(spans, ...styles)], this.#columns));
  }

  #closeLeaf(): void {
    const { leaf } = this.blocks;
    if (leaf === undefined) return;
    this.#set({ leaf: undefined });
    if (leaf.type === "text") this.#print(wrapFlow({ ...leaf.flow, text: leaf.flow.text.trimEnd() }, this.#inside));
    else if (leaf.type === "table") this.#print(tableLines(leaf, this.#inside));
    else if (leaf.fence) this.#print([codeEnd]);
    else if (leaf.blanks > 0) this.#set({ hasGap: true });
  }

  /** Lines of one block, the marks of what they stand in before them. */
  #print(rows: readonly (readonly Span[])[]): void {
    if (rows.length === 0) return;
    const { containers, hasGap, hasLines } = this.blocks;
    const { columns } = this.#layout;
    if (hasGap && hasLines) this.lines.push(blankLine(containers, columns));
    const { first, others } = prefixes(containers, columns);
    this.lines.push(...rows.map((row, index) => trimLine([...(index === 0 ? first : others), ...row])));
    this.#set({
      containers: containers.map((container) => ({ ...container, isBegun: true })),
      hasGap: false,
      hasLines: true,
    });
  }
}

function withDefinitions(layout: FlowLayout, definitions: Definitions): FlowLayout {
  return { ...layout, look: { ...layout.look, definitions } };
}
