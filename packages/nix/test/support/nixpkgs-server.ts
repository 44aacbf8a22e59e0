import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";

export type Answer =
  | { readonly status: number }
  | { readonly body: string | Uint8Array }
  /** The beginning of a body that never continues. */
  | { readonly stalls: Uint8Array };

/** Stands in for the servers of channels and of nixpkgs. */
export interface NixpkgsStandIn {
  readonly url: string;
  /** Responses by path; changed by tests. */
  readonly answers: Map<string, Answer>;
  readonly requests: readonly string[];
  /** Number of responses whose client disconnected before their end. */
  left(): number;
  close(): Promise<void>;
}

export async function createNixpkgsStandIn(): Promise<NixpkgsStandIn> {
  const answers = new Map<string, Answer>();
  const requests: string[] = [];
  let left = 0;
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const answer = answers.get(request.url ?? "") ?? { status: 404 };
    response.once("close", () => {
      if (!response.writableFinished) {
        left++;
      }
    });
    if ("status" in answer) {
      response.writeHead(answer.status).end("<html></html>");
    } else if ("body" in answer) {
      response.end(answer.body);
    } else {
      response.write(answer.stalls);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    requests,
    left: () => left,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The tarball of a commit, as GitHub makes it. */
export async function archive(directory: string, commit: string): Promise<Uint8Array> {
  const args = ["archive", "--format=tar.gz", `--prefix=nixpkgs-${commit}/`, commit];
  const { stdout } = await promisify(execFile)("git", args, {
    cwd: directory,
    encoding: "buffer",
  });
  return stdout;
}
