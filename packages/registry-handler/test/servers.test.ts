import { servers, socketServers } from "./support/servers.ts";
import { registrySuite } from "./support/registry-suite.ts";
import { socketSuite } from "./support/socket-suite.ts";

for (const [name, start] of servers) {
  registrySuite(name, start);
}
for (const [name, start] of socketServers) {
  socketSuite(name, start);
}
