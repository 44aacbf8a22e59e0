import type { IncomingMessage, ServerResponse } from "node:http";

export interface PageOptions {
  /** What images are made of, such as `nixos-unstable`, where people may know. */
  readonly source: string | undefined;
  readonly version: string;
}

/** The page at `/`: what this server is, and a pull to copy with the address it was asked at. */
export function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  options: PageOptions,
): void {
  const body = Buffer.from(renderPage(hostOf(request), options));
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": body.length,
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
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

function renderPage(host: string, { source, version }: PageOptions): string {
  const pull = (name: string): string => `docker pull <b>${escape(host)}/${name}</b>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nixery at ${escape(host)}</title>
<style>${style}</style>
<main>
<h1>Nixery</h1>
<p>This container registry builds images while they are pulled. The image name says what is
inside.</p>
<pre>${pull("shell/git/htop")}</pre>
<p>gives an image with bash, coreutils, git and htop. Every name after the host is a package${
    source === undefined ? "" : ` of <code>${escape(source)}</code>`
  }, in any order; two
words in front are special:</p>
<dl>
<dt><code>shell</code></dt>
<dd>adds bash, coreutils, moreutils and nano, and starts bash:
<pre>docker run -it ${escape(host)}/shell/curl</pre></dd>
<dt><code>arm64</code></dt>
<dd>builds for 64-bit ARM instead of x86-64:
<pre>${pull("arm64/shell/git")}</pre></dd>
</dl>
<p>The first pull of an image takes as long as its packages take to build or download. Later
pulls, and layers that images share, come from storage.</p>
<footer>Nixery for Node ${escape(version)} · <a href="/v2/">registry API</a></footer>
</main>
</html>
`;
}

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: light-dark(#0b5cad, #7fb8ff) }
body { margin: 0; font: 1.05rem/1.6 system-ui, sans-serif }
main { max-width: 40rem; margin: 0 auto; padding: 3rem 1.25rem }
h1 { font-size: 2.2rem; margin: 0 0 .5rem; letter-spacing: -.02em }
pre { padding: .8rem 1rem; overflow-x: auto; background: var(--soft); border: 1px solid var(--line); border-radius: .5rem }
pre, code { font: .92em/1.5 ui-monospace, monospace }
pre b, a { color: var(--accent) }
dt { font-weight: 600; margin-top: 1rem }
dd { margin: .2rem 0 0 }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .9rem; opacity: .8 }
`;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
