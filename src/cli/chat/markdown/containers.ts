// What blocks stand in: quotes and list items, by CommonMark's rules (https://spec.commonmark.org/0.31.2/#container-blocks), and
// what of them is drawn before each line.
import { type Span, span, textOf } from "./span.ts";

export interface Quote {
  readonly type: "quote";
  /** A line of it has been drawn. */
  readonly isBegun: boolean;
}

export interface Item {
  readonly type: "item";
  readonly isBegun: boolean;
  /** `-`, `+` or `*`; `.` or `)` after a number. Items that differ in it are of different lists. */
  readonly kind: string;
  readonly number: number | undefined;
  /** Columns that its other lines are indented by, at least. */
  readonly indent: number;
  /** A task, and whether it is done. */
  readonly isDone?: boolean;
}

export type Container = Quote | Item;

/** Deeper nesting is text: nobody reads it, and each level costs time on each line. */
const deepest = 16;
const quoteMark = /^ {0,3}> ?/;
const itemMark = /^( {0,3})([-+*]|\d{1,9}[.)])(?= |$)/;
export const ruleLine = /^ {0,3}([-*_])( *\1){2,} *$/;

export function indentOf(line: string): number {
  return line.search(/[^ ]|$/);
}

/** How many of the open containers a line belongs to, and what is left of it inside. */
export function matchContainers(line: string, containers: readonly Container[]): { matched: number; rest: string } {
  let rest = line;
  let matched = 0;
  for (const container of containers) {
    const next = container.type === "quote" ? afterQuoteMark(rest) : insideItem(rest, container);
    if (next === undefined) break;
    rest = next;
    matched++;
  }
  return { matched, rest };
}

function afterQuoteMark(line: string): string | undefined {
  const mark = quoteMark.exec(line);
  return mark ? line.slice(mark[0].length) : undefined;
}

function insideItem(line: string, item: Item): string | undefined {
  const indent = indentOf(line);
  if (indent === line.length) return "";
  if (indent >= item.indent) return line.slice(item.indent);
  // Models indent a list under "10." as far as one under "1."; by the letter it would stand beside it.
  const nested = indent >= 2 ? itemMark.exec(line.slice(indent)) : null;
  return nested && kindOf(nested[2] ?? "") !== item.kind ? line.slice(indent) : undefined;
}

/** The containers that begin on a line. `isInParagraph`: it could also go on with a paragraph, which few things interrupt. */
export function openContainers(
  line: string,
  { depth, isInParagraph }: { depth: number; isInParagraph: boolean },
): { opened: readonly Container[]; rest: string } {
  const opened: Container[] = [];
  let rest = line;
  while (depth + opened.length < deepest && indentOf(rest) < 4) {
    const quoted = afterQuoteMark(rest);
    const item = quoted === undefined && !ruleLine.test(rest) ? itemMark.exec(rest) : null;
    if (quoted !== undefined) {
      opened.push({ type: "quote", isBegun: false });
      rest = quoted;
    } else if (item && (!isInParagraph || opened.length > 0 || interrupts(item, rest))) {
      const content = rest.slice(item[0].length);
      const spaces = indentOf(content);
      const isEmpty = spaces === content.length;
      const indent = item[0].length + (isEmpty || spaces > 4 ? 1 : spaces);
      opened.push(newItem(item[2] ?? "", indent));
      rest = rest.slice(indent);
      if (isEmpty) break;
    } else break;
  }
  return { opened, rest };
}

function interrupts(item: RegExpExecArray, line: string): boolean {
  const number = Number.parseInt(item[2] ?? "", 10);
  return line.slice(item[0].length).trim() !== "" && (Number.isNaN(number) || number === 1);
}

function newItem(mark: string, indent: number): Item {
  const number = Number.parseInt(mark, 10);
  return {
    type: "item",
    isBegun: false,
    kind: kindOf(mark),
    number: Number.isNaN(number) ? undefined : number,
    indent,
  };
}

/** An item at whose beginning `[ ]` or `[x]` stands learns that it is a task. */
export function withTask(
  containers: readonly Container[],
  text: string,
): { containers: readonly Container[]; rest: string } {
  const item = containers.at(-1);
  const task = item?.type === "item" && !item.isBegun ? /^\[([ xX])\] +(?=\S)/.exec(text) : null;
  if (item?.type !== "item" || !task) return { containers, rest: text };
  const isDone = task[1] !== " ";
  return { containers: [...containers.slice(0, -1), { ...item, isDone }], rest: text.slice(task[0].length) };
}

function kindOf(mark: string): string {
  return mark.slice(-1);
}

/** What is drawn before a line in these containers, and before those after it; at most half of `columns`. */
export function prefixes(containers: readonly Container[], columns: number): { first: Span[]; others: Span[] } {
  let bullets = 0;
  const parts = containers.map((container): { first: Span; others: Span } => {
    if (container.type === "quote") return { first: span("│ ", "faint"), others: span("│ ", "faint") };
    const mark = `${itemText(container, bullets)} `;
    if (container.number === undefined) bullets++;
    const space = span(" ".repeat(mark.length));
    return { first: container.isBegun ? space : span(mark), others: space };
  });
  // Where lines grow short, the outer indentation goes first.
  const widths = parts.map(({ others }) => others.text.length);
  let width = widths.reduce((sum, each) => sum + each, 0);
  let skipped = 0;
  for (; width > columns / 2 && skipped < parts.length; skipped++) width -= widths[skipped] ?? 0;
  const kept = parts.slice(skipped);
  return { first: kept.map(({ first }) => first), others: kept.map(({ others }) => others) };
}

function itemText({ number, kind, isDone }: Item, bullets: number): string {
  const task = isDone === undefined ? "" : isDone ? "[x]" : "[ ]";
  if (number !== undefined) return `${number}${kind}${task === "" ? "" : ` ${task}`}`;
  return task || (bullets % 2 === 0 ? "•" : "◦");
}

/** What is drawn on a blank line between blocks: the bars of the quotes that it is in. */
export function blankLine(containers: readonly Container[], columns: number): Span[] {
  const begun = containers.slice(0, containers.findLastIndex(({ isBegun }) => isBegun) + 1);
  const { others } = prefixes(begun, columns);
  const bars = textOf(others).trimEnd();
  return bars === "" ? [] : [span(bars, "faint")];
}
