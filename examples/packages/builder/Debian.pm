package Debian;

# Where a file of a Debian package is in a store path.

use strict;
use warnings;
use Exporter 'import';
our @EXPORT_OK = qw(place find_in lines);

# The path in `$out`, or nothing for what has no place in a store path.
sub place {
    my ($path) = @_;
    $path =~ s{^/+}{};
    $path =~ s{^usr/}{};
    # As in nixpkgs, all programs are in bin and all libraries in lib.
    $path =~ s{^(?:sbin|games)(?=/|$)}{bin};
    $path =~ s{^lib64(?=/|$)}{lib};
    $path =~ s{^lib/(?:x86_64|aarch64)-linux-gnu(?=/|$)}{lib};
    return if $path =~ m{^(?:var|run|tmp|dev|proc|local|etc/alternatives)(?:/|$)};
    # Of the documentation, the licence stays with the program.
    return if $path =~ m{^share/doc/.*[^/]$} && $path !~ m{^share/doc/[^/]+(?:/copyright)?$};
    return $path;
}

# The first of several store paths that has a file at this place.
sub find_in {
    my ($path, @stores) = @_;
    for my $store (@stores) {
        return "$store/$path" if -e "$store/$path" || -l "$store/$path";
    }
    return;
}

sub lines { return grep { $_ ne '' } split /\n/, ($_[0] // '') }

1;
