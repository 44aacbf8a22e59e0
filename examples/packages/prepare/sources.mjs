import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { byName } from "./by-name.mjs";

/**
 * The Debian archives of this machine as lines of a sources list: the release, its updates and its
 * security fixes. Third-party archives are left out, so that the package set does not depend on them.
 */
export async function debianSources(etc = "/etc") {
  const release = await readFile(join(etc, "os-release"), "utf8").catch(() => "");
  const codename = /^VERSION_CODENAME="?([\w-]+)/m.exec(release)?.[1];
  const suites = new Set([codename, `${codename}-updates`, `${codename}-security`]);
  const entries = await readEntries(join(etc, "apt"));
  return entries
    .filter((entry) => suites.has(entry.suite) && entry.components.includes("main"))
    .map(({ uri, suite, signedBy }) => {
      const key = signedBy === undefined ? "" : ` signed-by=${signedBy}`;
      // Only the package index, without translations and icons.
      return `deb [target=Packages${key}] ${uri} ${suite} main\n`;
    });
}

async function readEntries(directory) {
  const parts = join(directory, "sources.list.d");
  const names = (await readdir(parts).catch(() => [])).toSorted(byName);
  const files = [join(directory, "sources.list"), ...names.map((name) => join(parts, name))];
  const entries = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, "utf8").catch(() => "");
      if (file.endsWith(".sources")) {
        return parseStanzas(text);
      }
      return file.endsWith(".list") ? parseLines(text) : [];
    }),
  );
  return entries.flat();
}

/** One-line entries: `deb [options] uri suite component...`. */
function parseLines(text) {
  return [...text.matchAll(/^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+([^#\n]+)/gm)].map(
    ([, options = "", uri, suite, components]) => ({
      uri,
      suite,
      components: components.trim().split(/\s+/),
      signedBy: /signed-by=(\/\S+)/.exec(options)?.[1],
    }),
  );
}

/** Entries of several lines (deb822). For a key inside the entry, the machine's keys are used. */
function parseStanzas(text) {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name) => new RegExp(`^${name}:[ \\t]*(.*)`, "im").exec(stanza)?.[1].trim() ?? "";
    const list = (name) => field(name).split(/\s+/).filter(Boolean);
    if (!list("Types").includes("deb") || field("Enabled") === "no") {
      return [];
    }
    const signedBy = field("Signed-By").startsWith("/") ? field("Signed-By") : undefined;
    return list("URIs").flatMap((uri) =>
      list("Suites").map((suite) => ({ uri, suite, components: list("Components"), signedBy })),
    );
  });
}
