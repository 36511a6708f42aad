// What a page's script gets to draw: figures alone, no text of a model or a user.
import type { ComparedRow } from "../../session/compare/report.ts";
import type { WayReport } from "../../session/explain/explain-report.ts";

export interface ComparePageData {
  readonly page: "compare";
  /** Their answers left out. The first is the baseline. */
  readonly rows: readonly ComparedRow[];
  /** Nats a token that the user allows. */
  readonly maxKld: number;
}

export interface ExplainPageData {
  readonly page: "explain";
  readonly without: WayReport;
  readonly with: WayReport;
}

export type PageData = ComparePageData | ExplainPageData;
