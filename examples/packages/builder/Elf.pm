package Elf;

# ELF files are given the dynamic linker and the libraries of their dependencies in the store.

use strict;
use warnings;
use Exporter 'import';
use Debian qw(lines place);
our @EXPORT_OK = qw(inspect patch at_image_root);

# A program has a dynamic linker, a library only a dynamic section; anything else is left alone.
sub inspect {
    my ($start) = @_;
    return 'other' if unpack('x4 C', $start) != 2;
    my ($offset, $size, $count) = unpack 'x32 Q< x14 S< S<', $start;
    my %types = map { unpack("x" . ($offset + $_ * $size) . " L<", $start) => 1 }
        grep { $offset + ($_ + 1) * $size <= length $start } 0 .. $count - 1;
    return $types{3} ? 'program' : $types{2} ? 'library' : 'other';
}

sub patch {
    my ($programs, $libraries, @own) = @_;
    my @dependencies = split / /, $ENV{dependencies};
    my ($linker) = map { glob "$_/lib/ld-linux*.so.*" } @dependencies;
    my $path = join ':', @own, grep { my @found = glob "$_/lib*.so*"; @found } map { "$_/lib" } @dependencies;
    # RPATH and not RUNPATH: it also serves libraries that a library opens by name, such as libgcc_s
    # by libc itself.
    my @set = ('--force-rpath', '--set-rpath', $path);
    run(@set, '--set-interpreter', $linker, @$programs) if @$programs && defined $linker;
    run(@set, @$libraries) if @$libraries && $path ne '';
}

sub run {
    my ($first, @rest) = ('patchelf', @_);
    system($first, @rest) == 0 or die "patchelf failed on one of: @rest\n";
}

# Compiled-in directories that no variable moves are looked for at the root of the image: the name
# is overwritten with one of the same length, /usr/share/x with /////share/x.
sub at_image_root {
    my @directories = lines($ENV{atImageRoot});
    for my $path (@directories ? @_ : ()) {
        open my $file, '+<:raw', $path or die "$path: $!";
        local $/;
        my $bytes = <$file>;
        my $found = 0;
        for my $directory (@directories) {
            my $place = place($directory);
            my $moved = '/' x (length($directory) - length $place) . $place;
            $found += $bytes =~ s{\Q$directory\E}{$moved}g;
        }
        next if !$found;
        seek $file, 0, 0;
        print $file $bytes;
    }
}

1;
