# Makes the files of a store path find one another and the dependencies: ELF files, scripts, and
# programs with a Debian path compiled in.

use strict;
use warnings;
use Debian qw(lines);
use Elf qw(inspect patch at_image_root);
use Script qw(rewrite);
use Wrapper qw(wrap);

my $out = $ENV{out};
my (@programs, @libraries, @scripts, %seen, %library_directories);

sub walk {
    my ($directory) = @_;
    opendir my $handle, $directory or die "$directory: $!";
    for my $name (sort grep { !/^\.\.?$/ } readdir $handle) {
        my $path = "$directory/$name";
        if (-l $path) { next }
        elsif (-d _) { walk($path) }
        else { sort_out($path, $directory, $name) }
    }
}

sub sort_out {
    my ($path, $directory, $name) = @_;
    my ($inode, $mode) = (lstat $path)[1, 2];
    chmod 0755, $path if !($mode & 0200) && ($mode & 0100);
    # A hard link is one file with several names, and is patched once.
    return if $seen{$inode}++;
    open my $file, '<:raw', $path or die "$path: $!";
    read $file, my $start, 4096;
    $library_directories{$directory} = 1 if $name =~ /^lib.*\.so\b/ && $start =~ /^\x7fELF/;
    if ($start =~ /^\x7fELF/) {
        my $kind = inspect($start);
        push @programs, $path if $kind eq 'program';
        push @libraries, $path if $kind eq 'library';
    } elsif (($start =~ /^#!/ && $mode & 0111) || $path =~ m{^\Q$out\E/etc/}) {
        push @scripts, $path;
    }
}

walk($out);
add_links();
at_image_root(@programs, @libraries);
patch(\@programs, \@libraries, sort keys %library_directories) if !$ENV{keepElf};
rewrite($_) for @scripts;
Script::register_python_modules();
for my $line (lines($ENV{defaults})) { wrap(split(/ /, $line, 3), 0) }
for my $line (lines($ENV{searchPaths})) { wrap(split(/ /, $line, 3), 1) }
Wrapper::finish();

# Before the scripts: bash is also the sh that its own scripts ask for.
sub add_links {
    for my $line (lines($ENV{links})) {
        my ($link, $target) = split / /, $line, 2;
        $target =~ s/\@out\@/$out/g;
        my ($directory) = "$out/$link" =~ m{^(.*)/};
        system('mkdir', '-p', $directory) == 0 or die;
        next if -e "$out/$link" || -l "$out/$link";
        symlink $target, "$out/$link" or die "$link: $!";
    }
}
