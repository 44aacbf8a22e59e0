import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { servePage } from "../src/server/page.ts";

const server = createServer((request, response) => {
  servePage(request, response, { source: "nixos-unstable", tags: "a channel", version: "1.2.3" });
});
let port: number;

beforeEach(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  port = (server.address() as AddressInfo).port;
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function ask(host: string, method = "GET"): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${method} / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

/** What a click selects, without its colours. */
function commandsOf(page: string): string[] {
  const commands = page.matchAll(/<pre><span>(.*)<\/span><\/pre>/g);
  return [...commands].map(([, command = ""]) => command.replaceAll(/<[^>]*>/g, ""));
}

it("shows commands with the address it was asked at", async () => {
  const page = await ask("images.example.com:8443");
  expect(commandsOf(page)).toEqual([
    "docker run -it images.example.com:8443/shell/git/htop",
    "docker pull images.example.com:8443/arm64/shell/curl/jq",
  ]);
  expect(page).toContain("any package of nixos-unstable");
  expect(page).toContain("a channel");
  expect(page).toMatch(/content-security-policy: default-src 'none'/i);
});

it.each(['"><script>alert(1)</script>', "a&b", "'"])(
  "shows no markup of the asker: %s",
  async (host) => {
    const page = await ask(host);
    expect(commandsOf(page)[0]).toBe("docker run -it localhost:8080/shell/git/htop");
    expect(page).not.toContain("alert(1)");
  },
);

it("answers HEAD with the length and no body", async () => {
  const [head = "", body] = (await ask("localhost", "HEAD")).split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 200 .*content-length: [1-9]\d+/is);
  expect(body).toBe("");
});
