import { createHash } from "node:crypto";

/** A narinfo file with every usual field. */
export function narinfoText(base: string, references: readonly string[]): string {
  return [
    `StorePath: /nix/store/${base}`,
    `URL: nar/${hashOf(base)}.nar.xz`,
    "Compression: xz",
    `FileHash: sha256:${"0".repeat(52)}`,
    "FileSize: 1000",
    `NarHash: sha256:${"1".repeat(52)}`,
    "NarSize: 3000",
    `References: ${references.join(" ")}`,
    "Deriver: unknown-deriver",
    `Sig: test-1:${Buffer.alloc(64).toString("base64")}`,
    "",
  ].join("\n");
}

const digits = "0123456789abcdfghijklmnpqrsvwxyz";

/** The hash of a store path, made from any text. */
export function hashOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest();
  return Array.from({ length: 32 }, (_, index) => digits[(bytes[index] ?? 0) % 32]).join("");
}
