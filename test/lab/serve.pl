# Answers everybody over TCP with the address that they come from: serve.pl PORT. It is perl, which every Debian has,
# since Node.js takes ten times as long to start, and a container starts it again with each restart of docker.
use strict;
use warnings;
use Socket;

my ($port) = @ARGV;
# The first process of a container has no default action for it.
$SIG{TERM} = sub { exit 0 };
$SIG{PIPE} = 'IGNORE';
$| = 1;

socket(my $server, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1) or die "setsockopt: $!";
bind($server, sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
listen($server, SOMAXCONN) or die "listen: $!";
print "listening\n";

while (1) {
    my $from = accept(my $client, $server) or next;
    my (undef, $address) = sockaddr_in($from);
    syswrite($client, inet_ntoa($address));
    close($client);
}
