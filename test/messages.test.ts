import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { inRepository } from "./support/repository.ts";

/** A message as the source builds it, with `…` for what is put in at run time. */
interface Message {
  readonly file: string;
  readonly text: string;
}

const packages = inRepository("packages");
const files = (await readdir(packages, { recursive: true }))
  .filter((file) => /^[^/]+\/src\/.*\.ts$/.test(file))
  .toSorted();
const messages = (await Promise.all(files.map(messagesOf))).flat();

/** Words of voice.md's other column, which this project once used. */
const oldWords =
  /\b(?:mend|mended|folders?|takes no|to whom?|leads nowhere|did not say|is believed|enough to do|gives? back|no file\b|stands? between)\b/i;

it("finds the messages of every package that has errors", () => {
  const names = new Set(messages.map(({ file }) => file.split("/", 1)[0]));
  expect([...names]).toEqual(
    expect.arrayContaining(["builder", "cli", "nix", "packing", "registry-handler", "storage"]),
  );
  expect(messages.length).toBeGreaterThan(120);
});

describe("every message", () => {
  it("begins with a capital, or with the name of a thing", () => {
    expect(messages.filter(({ text }) => !/^[A-Z"…]/.test(text))).toEqual([]);
  });

  it("ends with a full stop, and so does each of at most two sentences", () => {
    expect(messages.filter(({ text }) => !isComplete(text) || sentences(text) > 2)).toEqual([]);
  });

  it("is on one line and has no clauses joined by semicolons", () => {
    expect(messages.filter(({ text }) => /[\n;]/.test(text))).toEqual([]);
  });

  it("has none of the old words", () => {
    expect(messages.filter(({ text }) => oldWords.test(text))).toEqual([]);
  });
});

/** A text that is put in after a full stop is a sentence from the table of error codes. */
function isComplete(text: string): boolean {
  return text.endsWith(".") || text.endsWith(". …");
}

function sentences(text: string): number {
  // A full stop inside quotation marks or a number does not end a sentence.
  return text.replaceAll(/"[^"]*"/g, "…").match(/[.!?](?=\s+[A-Z"…]|$)|\. …$/g)?.length ?? 0;
}

/**
 * Every `message` that a file builds, in an object, a variable of that name or an error's argument,
 * and the sentences that a table has for error codes.
 */
async function messagesOf(file: string): Promise<readonly Message[]> {
  const source = await readFile(join(packages, file), "utf8");
  const found: Message[] = [];
  const add = (node: unknown): void => {
    for (const text of textsOf(node)) {
      found.push({ file, text });
    }
  };
  new Visitor({
    Property(node) {
      if (node.key.type === "Identifier" && /^(?:message|ERR_\w+)$/.test(node.key.name)) {
        add(node.value);
      }
    },
    VariableDeclarator(node) {
      if (node.id.type === "Identifier" && node.id.name === "message") {
        add(node.init);
      }
    },
    NewExpression(node) {
      if (node.callee.type === "Identifier" && /^(?:Config|Usage)Error$/.test(node.callee.name)) {
        add(node.arguments[0]);
      }
    },
  }).visit(parseSync(file, source).program);
  return found;
}

interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
  readonly consequent?: unknown;
  readonly alternate?: unknown;
  readonly left?: unknown;
  readonly right?: unknown;
}

/** The texts that an expression can be; none when it is not written out here. */
function textsOf(node: unknown): readonly string[] {
  if (typeof node !== "object" || node === null || !("type" in node)) {
    return [];
  }
  const { type, value, quasis, consequent, alternate, left, right } = node as SyntaxNode;
  switch (type) {
    case "Literal":
      return typeof value === "string" ? [value] : [];
    case "TemplateLiteral":
      return [(quasis ?? []).map((quasi) => quasi.value.cooked).join("…")];
    case "ConditionalExpression":
      return [...textsOf(consequent), ...textsOf(alternate)];
    case "BinaryExpression":
      return textsOf(left).flatMap((start) => textsOf(right).map((end) => start + end));
    default:
      return [];
  }
}
