import { createServer } from "node:http";
import process from "node:process";

// A binary cache of any number of paths, whose files are made for each request: its own work is small,
// and the counting process is measured alone.
const names = ["glibc-2.39", "bash-5.2", "gcc-13-lib", "zlib-1.3", "openssl-3.0", "perl-5.38"];

function basename(index: number): string {
  const common = names[index];
  const hash = (index * 2_654_435_761).toString(32).padStart(32, "0");
  return common === undefined ? `${hash}-package-${index}-1.${index % 9}` : `${hash}-${common}`;
}

function narinfo(index: number): string {
  // Popular paths, some near ones, and the path itself: about seven, as in nixpkgs.
  const references = new Set([0, index % 2, index % 6, index]);
  for (let step = 1; step < 5; step += 1) {
    references.add(Math.floor(index / (step + 1)));
  }
  return [
    `StorePath: /nix/store/${basename(index)}`,
    `URL: nar/${"0".repeat(52)}.nar.xz`,
    "Compression: xz",
    `FileHash: sha256:${"0".repeat(52)}`,
    "FileSize: 1000",
    `NarHash: sha256:${"1".repeat(52)}`,
    "NarSize: 3000",
    `References: ${[...references].map(basename).join(" ")}`,
    `Sig: cache-1:${"A".repeat(86)}==`,
    "",
  ].join("\n");
}

const indexes = new Map<string, number>();

const server = createServer((request, response) => {
  const [, file = ""] = (request.url ?? "").split("/");
  if (file.startsWith("list-")) {
    const size = Number(file.slice("list-".length));
    for (let index = 0; index < size; index += 1) {
      const path = basename(index);
      indexes.set(path.slice(0, 32), index);
      response.write(`/nix/store/${path}\n`);
    }
    response.end();
    return;
  }
  const index = indexes.get(file.slice(0, 32));
  const text = index === undefined ? "" : narinfo(index);
  response.writeHead(index === undefined ? 404 : 200, { "content-length": text.length }).end(text);
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "string" ? "" : (address?.port ?? "")}\n`);
});
