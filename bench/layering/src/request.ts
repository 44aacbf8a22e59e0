import { type ClosureNode, createPopularity, type Popularity } from "@nixery/layers";

/** One closure to group, from a line of standard input. */
export interface Request {
  readonly graph: readonly ClosureNode[];
  readonly roots?: readonly string[] | undefined;
  readonly popularity?: Popularity | undefined;
  readonly budget?: number | undefined;
}

/**
 * Reads a line of input.
 *
 * @throws Error with a message that names the invalid field
 */
export function parseRequest(line: string): Request {
  const value = parseJson(line);
  if (!isRecord(value)) {
    throw new Error("Expected a JSON object.");
  }
  const { graph, roots, popularity, budget } = value;
  if (!Array.isArray(graph)) {
    throw new Error('"graph" must be an array of nodes.');
  }
  if (roots !== undefined && !isStrings(roots)) {
    throw new Error('"roots" must be an array of store paths.');
  }
  if (popularity !== undefined && !isCounts(popularity)) {
    throw new Error('"popularity" must be an object of numbers.');
  }
  if (budget !== undefined && typeof budget !== "number") {
    throw new Error('"budget" must be a number.');
  }
  return {
    graph: graph.map(parseNode),
    roots,
    popularity: popularity && createPopularity(Object.entries(popularity)),
    budget,
  };
}

function parseNode(value: unknown, index: number): ClosureNode {
  const at = `"graph"[${index}]`;
  if (!isRecord(value)) {
    throw new Error(`${at} must be an object.`);
  }
  const { path, narSize, references, closureSize } = value;
  if (typeof path !== "string" || path === "") {
    throw new Error(`${at}."path" must be a store path.`);
  }
  if (typeof narSize !== "number") {
    throw new Error(`${at}."narSize" must be a number of bytes.`);
  }
  if (!isStrings(references)) {
    throw new Error(`${at}."references" must be an array of store paths.`);
  }
  if (closureSize !== undefined && typeof closureSize !== "number") {
    throw new Error(`${at}."closureSize" must be a number of bytes.`);
  }
  return { path, narSize, references, closureSize };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`Invalid JSON: ${error instanceof Error ? error.message : "unreadable"}.`, {
      cause: error,
    });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function isCounts(value: unknown): value is Readonly<Record<string, number>> {
  return isRecord(value) && Object.values(value).every((entry) => typeof entry === "number");
}
