// The list of the package set: attribute names as in nixpkgs, their Debian packages, and recipes for
// those that need more than unpacking.

/** Attribute path in the package set -> Debian package. */
export const attributes = {
  _7zz: "7zip",
  bash: "bash",
  bashInteractive: "bash",
  bc: "bc",
  busybox: "busybox",
  bzip2: "bzip2",
  cacert: "ca-certificates",
  coreutils: "coreutils",
  cowsay: "cowsay",
  curl: "curl",
  dash: "dash",
  diffutils: "diffutils",
  fd: "fd-find",
  file: "file",
  findutils: "findutils",
  gawk: "gawk",
  git: "git",
  gnugrep: "grep",
  gnumake: "make",
  gnupatch: "patch",
  gnupg: "gpg",
  gnused: "sed",
  gnutar: "tar",
  gzip: "gzip",
  hello: "hello",
  htop: "htop",
  "iana-etc": "netbase",
  iproute2: "iproute2",
  jq: "jq",
  less: "less",
  lua5_4: "lua5.4",
  moreutils: "moreutils",
  nano: "nano",
  "netcat-openbsd": "netcat-openbsd",
  nginx: "nginx",
  nodejs: "nodejs",
  openssh: "openssh-client",
  openssl: "openssl",
  perl: "perl",
  procps: "procps",
  pv: "pv",
  python3: "python3",
  ripgrep: "ripgrep",
  rsync: "rsync",
  socat: "socat",
  sqlite: "sqlite3",
  strace: "strace",
  tini: "tini",
  tmux: "tmux",
  tree: "tree",
  tzdata: "tzdata",
  unzip: "unzip",
  wget: "wget",
  which: "debianutils",
  xz: "xz-utils",
  zip: "zip",
  zstd: "zstd",
  "haskellPackages.ShellCheck": "shellcheck",
  "perlPackages.IPCRun": "libipc-run-perl",
  "perlPackages.JSON": "libjson-perl",
  "perlPackages.URI": "liburi-perl",
  "python3Packages.pyyaml": "python3-yaml",
  "python3Packages.requests": "python3-requests",
  "python3Packages.six": "python3-six",
};

/**
 * Dependencies that only an installed Debian system needs: its configuration database, users, init
 * scripts and documentation.
 */
export const ignored = [
  /^(adduser|base-files|debconf|debconf-2\.0|debianutils|dpkg|passwd|ucf|sensible-utils|tzdata)$/,
  /^(init-system-helpers|lsb-base|sysvinit-utils|media-types|perlapi-.*|install-info)$/,
  /^(gcc-\d+-base|git-man|nginx-common|python3-distutils|tar|libfile-find-rule-perl)$/,
];

/** Terminal descriptions, at the default path of programs. */
const terminfo = { "lib/terminfo": "@libtinfo6@/lib/terminfo" };

/**
 * Steps after unpacking, by Debian package.
 *
 * - `name`: the name in store paths, if nixpkgs uses another than the attribute.
 * - `with`: Debian packages unpacked into the same store path, because a program finds its parts
 *   beside itself (python3) or because they depend on each other (libc6): by exact name, or by a
 *   pattern, which is followed along the dependencies.
 * - `dependencies`: replace the declared ones.
 * - `links`: symlinks to add, path -> target. `@x@` is the store path of the dependency x, `@out@` the
 *   package's own, and `@version@` its version.
 * - `environment`: programs with a compiled-in Debian path that a variable overrides, path ->
 *   variables. A bash script sets those that are not set and starts the program.
 * - `searchPath`: the same for variables that are lists; the value is appended.
 * - `atImageRoot`: compiled-in directories that no variable overrides. They are looked up at the root
 *   of the image, as `/lib/x` instead of `/usr/lib/x`, so the package must be one of the image's own.
 * - `finish`: a last shell command, run in `$out`.
 * - `keepElf`: do not change its ELF files.
 */
export const recipes = {
  bash: { links: { "bin/sh": "bash", "lib/locale": "@libc6@/lib/locale", ...terminfo } },
  "ca-certificates": {
    name: "nss-cacert",
    // The shell is only needed by the script that makes the bundle on a Debian system.
    dependencies: [],
    links: { "etc/ssl/certs/ca-certificates.crt": "ca-bundle.crt" },
    finish:
      "mkdir -p etc/ssl/certs && cat share/ca-certificates/mozilla/*.crt > etc/ssl/certs/ca-bundle.crt && rm -r bin",
  },
  "fd-find": { links: { "bin/fd": "fdfind" } },
  file: { environment: { "bin/file": { MAGIC: "@libmagic1@/lib/file/magic.mgc" } } },
  gawk: { links: { "bin/awk": "gawk" } },
  git: {
    environment: {
      "bin/git": {
        GIT_EXEC_PATH: "@out@/lib/git-core",
        GIT_TEMPLATE_DIR: "@out@/share/git-core/templates",
      },
    },
    // Some of its commands are shell scripts that use these.
    searchPath: { "bin/git": { PATH: "@coreutils@/bin:@sed@/bin:@grep@/bin" } },
  },
  gpg: { name: "gnupg" },
  htop: { links: terminfo },
  less: { links: terminfo },
  // libc loads libgcc_s when a thread ends, and programs that link libc need libcrypt.
  libc6: {
    name: "glibc",
    with: ["libgcc-s1", "libc-bin"],
    keepElf: true,
    // bash has a link to it, so that images with a shell have the locale C.UTF-8.
    atImageRoot: ["/usr/lib/locale"],
  },
  libmagic1: { with: ["libmagic-mgc"] },
  libtinfo6: { name: "ncurses", with: ["ncurses-base", "libncursesw6"] },
  nano: { links: terminfo },
  netbase: { name: "iana-etc" },
  "netcat-openbsd": { links: { "bin/nc": "nc.openbsd" } },
  nodejs: { with: [/^libnode\d+$/, /^node-/], atImageRoot: ["/usr/share/nodejs"] },
  openssl: {
    environment: { "bin/openssl": { OPENSSL_CONF: "@out@/etc/ssl/openssl.cnf" } },
  },
  "lua5.4": { links: { "bin/lua": "lua5.4" } },
  perl: {
    atImageRoot: [
      "/usr/share/perl5",
      "/usr/lib/x86_64-linux-gnu/perl5",
      "/usr/lib/aarch64-linux-gnu/perl5",
    ],
    with: [/^perl-base$/, /^perl-modules-/, /^libperl5/],
    searchPath: {
      "bin/perl": {
        PERL5LIB: "@out@/lib/perl/@version@:@out@/share/perl/@version@:@out@/lib/perl-base",
      },
    },
  },
  debianutils: { links: { "bin/which": "which.debianutils" } },
  python3: {
    with: [/^(lib)?python3(\.\d+)?(-minimal|-stdlib)?$/],
    // The modules of an image's other packages are at its root.
    finish:
      "mkdir -p lib/python3/dist-packages && " +
      `printf '%s\\n' "import site, sys; '/lib/python3/dist-packages' in sys.path or site.addsitedir('/lib/python3/dist-packages')" ` +
      "> lib/python3/dist-packages/image-root.pth",
  },
  tmux: { links: terminfo },
};
