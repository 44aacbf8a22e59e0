/**
 * Variables that Nix and git inherit: directories, network settings, and permissions of nixpkgs.
 * No others, because any package set can read the environment of its evaluation
 * (`builtins.getEnv`) and put it into a build.
 */
const inherited = [
  ...["PATH", "HOME", "USER", "LOGNAME", "TMPDIR"],
  ...["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_STATE_HOME"],
  ...["NIX_BIN_DIR", "NIX_CONFIG", "NIX_CONF_DIR", "NIX_DAEMON_SOCKET_PATH", "NIX_DATA_DIR"],
  ...["NIX_LOCALSTATE_DIR", "NIX_LOG_DIR", "NIX_REMOTE", "NIX_REMOTE_SYSTEMS", "NIX_SSHOPTS"],
  ...["NIX_SSL_CERT_FILE", "NIX_STATE_DIR", "NIX_STORE", "NIX_STORE_DIR", "NIX_USER_CONF_FILES"],
  ...["NIXPKGS_ALLOW_BROKEN", "NIXPKGS_ALLOW_INSECURE", "NIXPKGS_ALLOW_UNFREE"],
  ...["NIXPKGS_ALLOW_UNSUPPORTED_SYSTEM"],
  ...["SSL_CERT_DIR", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"],
  ...["SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "GIT_EXEC_PATH"],
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
];

/** The inherited variables, which take precedence over `defaults` and yield to `own`. */
export function childEnvironment(
  own: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const passed = inherited.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...defaults, ...Object.fromEntries(passed), ...own };
}
