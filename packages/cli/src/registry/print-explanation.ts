import { parseReference } from "@nixery/image-name";
import type { ExplainedImage, ExplainedLayer } from "@nixery/nixery";
import { storePathName } from "@nixery/store-path";
import type { CommandContext } from "../command.ts";
import { ConfigError } from "../config-error.ts";
import { createLogger } from "../log/logger.ts";
import { readConfig } from "../settings/read-config.ts";
import { version } from "../version.ts";
import { openRegistry } from "./open-registry.ts";

export interface ExplanationRequest {
  /** `shell/git` or `shell/git:tag`. */
  readonly image: string;
  readonly isJson: boolean;
}

/** Prints the layers that a pull of an image would get, and which of them are stored already. */
export async function printExplanation(
  { image, isJson }: ExplanationRequest,
  { environment, stdout, stderr, signal }: CommandContext,
): Promise<void> {
  const config = readConfig(environment);
  const { name, tag } = parseReference(image);
  const logger = createLogger({
    format: config.logFormat ?? "text",
    write: (line) => stderr.write(`${line}\n`),
    version,
    debug: config.isDebug,
  });
  const registry = await openRegistry(config, { logger, signal });
  try {
    const answer = await registry.nixery.images.explain({ name, tag }, { signal });
    if (answer.kind !== "explained") {
      throw new ConfigError(answer.message);
    }
    stdout.write(isJson ? toJson(answer) : toText(image, answer));
  } finally {
    await registry.close();
  }
}

function toJson({ image, source, layers }: ExplainedImage): string {
  return `${JSON.stringify({ image, source, layers }, undefined, 2)}\n`;
}

function toText(image: string, { source, layers }: ExplainedImage): string {
  const size = layers.reduce((sum, layer) => sum + layer.narSize, 0);
  const stored = layers.filter((layer) => layer.stored !== undefined).length;
  const revision = source.revision === undefined ? "" : `, revision ${source.revision}`;
  const head =
    `${image}: ${layers.length} layers, ${formatSize(size)} unpacked, ` +
    `${stored} of them stored already${revision}`;
  return [head, "", ...layers.flatMap(layerToText), ""].join("\n");
}

function layerToText(layer: ExplainedLayer, index: number): readonly string[] {
  const number = String(index + 1).padStart(3);
  const size = formatSize(layer.narSize).padStart(10);
  const stored = layer.stored === undefined ? "to be built" : layer.stored.digest.slice(0, 19);
  const paths = layer.paths.map((path) => `        ${storePathName(path)}`);
  return [`${number} ${size}  ${stored.padEnd(20)} ${layer.reason}`.trimEnd(), ...paths];
}

/** With a binary unit and one decimal, such as `12.3 MiB`. */
function formatSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
