package Wrapper;

# Starts a program through a script that sets variables, for what is compiled into it.

use strict;
use warnings;
use Exporter 'import';
use Debian qw(find_in);
our @EXPORT_OK = qw(wrap);

my $out = $ENV{out};
my %settings;

sub wrap {
    my ($program, $variable, $value, $is_list) = @_;
    $value =~ s/\@out\@/$out/g;
    push @{ $settings{$program} }, $is_list
        ? qq(export $variable="\${$variable:+\$$variable:}$value")
        : qq(export $variable="\${$variable-$value}");
}

# The program keeps the name it was called by: git, for one, does what its name says.
sub finish {
    for my $program (sort keys %settings) {
        my $bash = find_in('bin/bash', $ENV{shell}) // die "no bash for $program\n";
        my ($name) = $program =~ m{([^/]+)$};
        mkdir "$out/libexec";
        mkdir "$out/libexec/wrapped";
        rename "$out/$program", "$out/libexec/wrapped/$name" or die "$program: $!";
        open my $file, '>', "$out/$program" or die "$program: $!";
        print $file join "\n", "#!$bash", @{ $settings{$program} },
            qq(exec -a "\$0" "$out/libexec/wrapped/$name" "\$@"), '';
        close $file;
        chmod 0755, "$out/$program";
    }
}

1;
