import type { IncomingMessage, ServerResponse } from "node:http";
import { pageStyle } from "./page-style.ts";

export interface PageOptions {
  /** Name of the package set, such as `nixos-unstable`, unless it is private. */
  readonly source: string | undefined;
  /** The kinds of tags, such as `a branch or commit`; `undefined` when there is only `latest`. */
  readonly tags: string | undefined;
  readonly version: string;
}

/** The page at `/`: a description of this server, and a command to copy, with the address of the request. */
export function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  options: PageOptions,
): void {
  const body = Buffer.from(renderPage(hostOf(request), options));
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": body.length,
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    vary: "Host",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Host and port as a browser or client would write them in front of an image name. */
function hostOf(request: IncomingMessage): string {
  const host = request.headers.host ?? "";
  return /^[\w.:[\]-]+$/.test(host) ? host : "localhost:8080";
}

const shell = '<b class="shell">shell</b>';
const arm64 = '<b class="system">arm64</b>';

function renderPage(host: string, { source, tags, version }: PageOptions): string {
  const registry = escape(host);
  const packages = source === undefined ? "any package" : `any package of ${escape(source)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nixery at ${registry}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(logo("#4a90e2"))}">
<style>${pageStyle}</style>
<main>
<h1>${logo("currentColor")}Nixery</h1>
<p class="lead">A container registry that builds images while they are pulled. The name of an image
says what is inside.</p>
<pre><span>docker run -it ${registry}/${shell}/<b>git</b>/<b>htop</b></span></pre>
<p>This starts bash in an image that has git and htop. The image did not exist before: the registry builds
it on demand.</p>
<h2>Parts of a name</h2>
<dl>
<dt><b>git</b></dt>
<dd>${packages}; several, in any order, with <code>/</code> between them</dd>
<dt>${shell}</dt>
<dd>in front: also bash, coreutils, moreutils and nano; starts bash</dd>
<dt>${arm64}</dt>
<dd>in front: for 64-bit ARM instead of x86-64</dd>${
    tags === undefined
      ? ""
      : `
<dt>:tag</dt>
<dd>at the end: another version of the packages; ${escape(tags)}</dd>`
  }
</dl>
<pre><span>docker pull ${registry}/${arm64}/${shell}/<b>curl</b>/<b>jq</b></span></pre>
<p>The first pull of an image takes as long as its packages take to build or download. Later pulls,
and layers that images share, come from storage.</p>
<footer>Nixery for Node ${escape(version)}</footer>
</main>
</html>
`;
}

/** Three layers, stacked. */
function logo(color: string): string {
  const layers = [
    [15, 0.35],
    [9, 0.6],
    [3, 1],
  ].map(([y, opacity]) => `<path opacity="${opacity}" d="M16 ${y}l13 6.5-13 6.5-13-6.5z"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="${color}" aria-hidden="true">${layers.join("")}</svg>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
