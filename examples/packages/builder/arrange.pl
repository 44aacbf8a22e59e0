# Moves what was unpacked to its place in the store path, and makes its symbolic links again.

use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use Debian qw(place find_in);

my ($out, $unpacked) = @ENV{qw(out unpacked)};
my @dependencies = split / /, $ENV{dependencies};
my %links;

sub walk {
    my ($path) = @_;
    opendir my $handle, "$unpacked/$path" or die "$path: $!";
    for my $name (sort grep { !/^\.\.?$/ } readdir $handle) {
        my $from = $path eq '' ? $name : "$path/$name";
        my $to = place($from);
        if (-l "$unpacked/$from") {
            $links{$from} = readlink "$unpacked/$from" if defined $to;
        } elsif (-d _) {
            walk($from) if defined $to;
        } elsif (defined $to) {
            make_path(dirname("$out/$to"));
            # Directories of Debian that become one may both have a file: the first one stays.
            rename "$unpacked/$from", "$out/$to" or die "$from: $!" if !-e "$out/$to";
        }
    }
}
walk('');

# A link stays within the store path where it can, else leads to a dependency. One that leads to
# neither is kept if it is about the machine it runs on (/etc, /run), and left out if not.
my %pending = map { place($_) => target_of($_) } sort keys %links;
my $made = 1;
while ($made) {
    $made = 0;
    for my $link (sort keys %pending) {
        my $target = place($pending{$link});
        next if !defined $target || $target eq $link || !-e "$out/$target";
        link_to($link, relative($link, $target));
        $made = 1;
    }
}
for my $link (sort keys %pending) {
    my $target = place($pending{$link});
    my $found = defined $target ? find_in($target, @dependencies) : undef;
    if (defined $found) {
        link_to($link, $found);
    } elsif ($pending{$link} =~ m{^/(?:etc/(?!alternatives)|run/|var/|proc/|dev/)}) {
        link_to($link, $pending{$link});
    }
}
remove_tree($unpacked);

sub link_to {
    my ($link, $target) = @_;
    delete $pending{$link};
    return if -e "$out/$link" || -l "$out/$link";
    make_path(dirname("$out/$link"));
    symlink $target, "$out/$link" or die "$link: $!";
}

# Where a link leads on a Debian system, as an absolute path.
sub target_of {
    my ($link) = @_;
    my $target = $links{$link};
    $target = dirname("/$link") . "/$target" if $target !~ m{^/};
    my @parts;
    for my $part (split m{/+}, $target) {
        next if $part eq '' || $part eq '.';
        if ($part eq '..') { pop @parts } else { push @parts, $part }
    }
    return '/' . join '/', @parts;
}

sub relative {
    my ($link, $target) = @_;
    my @from = split m{/}, dirname($link);
    @from = () if dirname($link) eq '.';
    my @to = split m{/}, $target;
    while (@from && @to > 1 && $from[0] eq $to[0]) { shift @from; shift @to }
    return join '/', ('..') x @from, @to;
}
