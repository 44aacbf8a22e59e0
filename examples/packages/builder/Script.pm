package Script;

# Scripts are given interpreters, programs and modules from the store.

use strict;
use warnings;
use Exporter 'import';
use Debian qw(place find_in);
our @EXPORT_OK = qw(rewrite);

my $out = $ENV{out};
my @stores = ($out, split(/ /, $ENV{dependencies}), grep { $_ ne '' } $ENV{shell});
my @closure = ($out, split / /, $ENV{closure});
my @perl_modules = grep { -d } map { my $store = $_; map { "$store/$_" } 'share/perl5', glob_in($store, 'lib/perl5/5.*') } @closure;

sub rewrite {
    my ($path) = @_;
    open my $file, '+<:raw', $path or die "$path: $!";
    local $/;
    my $text = <$file>;
    my $before = $text;
    # Absolute paths of Debian that this package or a dependency has.
    $text =~ s{(?<![\w/.\-\$\}\)])(/(?:usr/|bin/|sbin/|lib/)[\w./+-]*[\w+])}{located($1) // $1}ge;
    if ($text =~ m{\A#!\s*(?:/usr/bin/env\s+(\S+)|/\S*?([^/\s]+)(?=\s|$))}m) {
        my $name = $1 // $2;
        my $program = $text =~ m{\A#!\s*/nix/store/(?!\S*/bin/env\b)} ? undef : find_in("bin/$name", @stores);
        $text =~ s{\A#!\s*(?:/usr/bin/env\s+)?\S+}{#!$program} if defined $program;
        add_perl_modules(\$text) if $name =~ /^perl/;
    }
    return if $text eq $before;
    seek $file, 0, 0;
    print $file $text;
    truncate $file, length $text;
}

sub located {
    my ($path) = @_;
    my $place = place($path);
    return defined $place ? find_in($place, @stores) : undef;
}

# A perl started from the store knows its own modules only.
sub add_perl_modules {
    my ($text) = @_;
    return if !@perl_modules;
    my $directories = join ' ', @perl_modules;
    $$text =~ s{\n}{\nuse lib qw($directories);\n};
}

# Python follows the dependencies of a module through files that it reads beside it.
sub register_python_modules {
    my ($own, @others) = grep { -d } map { "$_/lib/python3/dist-packages" } @closure;
    return if !defined $own || $own !~ m{^\Q$out\E/};
    open my $file, '>', "$own/$ENV{pname}.pth" or die "$own: $!";
    # A directory is entered once: in an image this file is seen from more than one.
    print $file "import site, sys; '$_' in sys.path or site.addsitedir('$_')\n" for @others;
}

sub glob_in {
    my ($store, $pattern) = @_;
    return map { s{^\Q$store\E/}{}r } glob "$store/$pattern";
}

1;
