/** Part of an image's root beside the links to packages. */
export type BaseNode = BaseDirectory | BaseFile | BaseLink;

/** Always a directory in the image, with this mode, whatever the packages have. */
export interface BaseDirectory {
  readonly type: "directory";
  readonly mode: number;
  readonly children: ReadonlyMap<string, BaseNode>;
}

/** In the image unless a package has its own. */
export interface BaseFile {
  readonly type: "file";
  readonly text: string;
}

/** In the image unless a package has its own. */
export interface BaseLink {
  readonly type: "symlink";
  readonly target: string;
}

/** Store paths of programs; `undefined` when the image lacks the program. */
export interface BasePrograms {
  readonly env: string | undefined;
  readonly sh: string | undefined;
}

const passwd = `root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/var/empty:/bin/false
`;

const group = `root:x:0:
nobody:x:65534:
`;

/** Files first and then DNS, so that Docker's entries in /etc/hosts are used. */
const nsswitch = `passwd: files
group: files
shadow: files
hosts: files dns
networks: files
services: files
protocols: files
`;

const osRelease = `NAME="Nixery"
ID=nixery
PRETTY_NAME="Nixery image"
`;

/**
 * The tree that programs in containers expect: mount points, writable directories, `/bin/sh` and
 * `/usr/bin/env` where the image has them, and the databases of users and hosts.
 */
export function createBaseTree(programs: BasePrograms): BaseDirectory {
  const { env, sh } = programs;
  return directory(0o755, {
    ...(sh === undefined ? {} : { bin: directory(0o755, { sh: link(sh) }) }),
    dev: directory(0o755),
    etc: directory(0o755, {
      group: file(group),
      "nsswitch.conf": file(nsswitch),
      "os-release": file(osRelease),
      passwd: file(passwd),
    }),
    home: directory(0o755),
    proc: directory(0o555),
    root: directory(0o700),
    run: directory(0o755),
    sys: directory(0o555),
    tmp: directory(0o1777),
    ...(env === undefined
      ? {}
      : { usr: directory(0o755, { bin: directory(0o755, { env: link(env) }) }) }),
    var: directory(0o755, { empty: directory(0o555), tmp: directory(0o1777) }),
  });
}

function directory(mode: number, children: Readonly<Record<string, BaseNode>> = {}): BaseDirectory {
  return { type: "directory", mode, children: new Map(Object.entries(children)) };
}

function file(text: string): BaseFile {
  return { type: "file", text };
}

function link(target: string): BaseLink {
  return { type: "symlink", target };
}
