# Answers everybody over TCP and UDP with the address that they come from: serve.pl PORT. It is perl, which every Debian
# has, since Node.js takes ten times as long to start, and a container starts it again with each restart of docker.
use strict;
use warnings;
use Socket;

my ($port) = @ARGV;
# The first process of a container has no default action for it.
$SIG{TERM} = sub { exit 0 };
$SIG{PIPE} = 'IGNORE';
$| = 1;

my $server = bound(SOCK_STREAM);
listen($server, SOMAXCONN) or die "listen: $!";
my $datagrams = bound(SOCK_DGRAM);
print "listening\n";

if (fork == 0) {
    while (1) {
        my $from = recv($datagrams, my $asked, 1, 0) or next;
        send($datagrams, address($from), 0, $from);
    }
}

while (1) {
    my $from = accept(my $client, $server) or next;
    syswrite($client, address($from));
    close($client);
}

sub bound {
    my ($type) = @_;
    socket(my $socket, PF_INET, $type, 0) or die "socket: $!";
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) or die "setsockopt: $!";
    bind($socket, sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
    return $socket;
}

sub address {
    my (undef, $address) = sockaddr_in($_[0]);
    return inet_ntoa($address);
}
