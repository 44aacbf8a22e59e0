# Makes a store path of Debian packages. Called by default.nix with `debs`, `dependencies`,
# `closure` and the recipe's values in the environment.

for tool in dpkg-deb tar perl patchelf; do
  command -v $tool >/dev/null || {
    echo "$tool was not found on this machine: install it (apt-get install $tool) and try again." >&2
    exit 1
  }
done

unpacked=$out/.unpacked
mkdir -p "$unpacked"
umask 022

# Manuals and translations are most of the files and much of the bytes of small packages, and an
# image is rarely asked for them. Nix refuses setuid and setgid files, so tar must not make any.
for deb in $debs; do
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$unpacked" --no-same-owner --no-same-permissions \
    --exclude=./usr/share/man --exclude=./usr/share/info --exclude=./usr/share/locale \
    --exclude=./usr/share/lintian --exclude=./usr/share/bug --exclude=./usr/share/doc-base
done

export unpacked
perl -I "$tools" "$tools/arrange.pl"
perl -I "$tools" "$tools/relocate.pl"
cd "$out" && eval "$finish"
