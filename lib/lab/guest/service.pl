# What a lab guest serves: a page, its heartbeat, and a disk write/verify ring with sequence numbers.
# Two processes: the writer works on the disk and may hang in it; the server answers over HTTP whatever the disk does.
#
# state: starting, recovered (the ring was read and verified), running (a write of this boot was acknowledged).
# The ring: slot (sequence % SLOTS) of SLOT_BYTES on /dev/vda holds the record of that sequence. A record is acknowledged when a
# synchronous write of it was confirmed by the disk and reading it back from the disk gave the same bytes.
# After a power cut only the slot of the write that was in flight may be broken; every other record must be there and right.
# No modules: the initial RAM disk holds the bare interpreter.
my $SLOTS = 64;
my $SLOT_BYTES = 4096;
my $PAUSE_S = 0.1;
my $HISTORY = 64;
my ($O_RDWR, $O_DSYNC, $BLKFLSBUF, $CLOCK_MONOTONIC, $RETRY_S) = (2, 010000, 0x1261, 1, 0.5);

# Arguments: the guest's name; the disk and the port only where it is tried outside a guest.
my ($name, $device, $port) = ($ARGV[0], $ARGV[1] // '/dev/vda', $ARGV[2] // 80);
open(my $boot_file, '<', '/proc/sys/kernel/random/boot_id'); my $boot = <$boot_file>; chomp $boot;
$| = 1;

sub monotonic_ms {
  my $time = "\0" x 16;
  syscall(228, $CLOCK_MONOTONIC, $time);
  my ($seconds, $nanoseconds) = unpack('q q', $time);
  return $seconds * 1000 + int($nanoseconds / 1000000);
}

sub record {
  my $line = "seq $_[0] of $name ";
  return substr($line x (1 + $SLOT_BYTES / length $line), 0, $SLOT_BYTES - 1) . "\n";
}

# Reads from the disk, not from this kernel's cache of it.
sub read_disk {
  my ($disk, $offset, $length) = @_;
  my $bytes = '';
  ioctl($disk, $BLKFLSBUF, 0);
  sysseek($disk, $offset, 0);
  my $got = sysread($disk, $bytes, $length);
  return (defined $got && $got == $length) ? $bytes : undef;
}

# ---- the writer: sends lines "state|recovered|checked|error|ack ..." to the server
sub writer {
  my ($report) = @_;
  my $say = sub { syswrite($report, "$_[0]\n") };
  select(undef, undef, undef, 0.02) until -e $device;
  my $disk;
  until (sysopen($disk, $device, $O_RDWR | $O_DSYNC)) { $say->('error open'); select(undef, undef, undef, $RETRY_S) }
  my ($ring, $last, $checked) = (undef, 0, 0);
  until (defined($ring = read_disk($disk, 0, $SLOTS * $SLOT_BYTES))) { $say->('error read'); select(undef, undef, undef, $RETRY_S) }
  for my $slot (0 .. $SLOTS - 1) {
    my $bytes = substr($ring, $slot * $SLOT_BYTES, $SLOT_BYTES);
    my ($sequence) = $bytes =~ /^seq (\d+) of /;
    $last = $sequence if defined $sequence && $sequence > $last && $bytes eq record($sequence);
  }
  # The slot after the last record may hold the torn write of the power cut; all older ones in the ring must be right.
  for my $sequence ($last - $SLOTS + 2 .. $last) {
    next if $sequence < 1;
    $checked++;
    $say->("error verify $sequence") if substr($ring, ($sequence % $SLOTS) * $SLOT_BYTES, $SLOT_BYTES) ne record($sequence);
  }
  $say->("recovered $last $checked");
  my $sequence = $last;
  while (1) {
    my $next = $sequence + 1;
    my $bytes = record($next);
    my $offset = ($next % $SLOTS) * $SLOT_BYTES;
    sysseek($disk, $offset, 0);
    my $written = syswrite($disk, $bytes);
    if (!defined $written || $written != $SLOT_BYTES) { $say->("error write $next"); select(undef, undef, undef, $RETRY_S); next }
    my $back = read_disk($disk, $offset, $SLOT_BYTES);
    if (!defined $back || $back ne $bytes) { $say->("error verify $next"); select(undef, undef, undef, $RETRY_S); next }
    $sequence = $next;
    $say->("ack $sequence " . monotonic_ms());
    select(undef, undef, undef, $PAUSE_S);
  }
}

# ---- the server
my ($state, $recovered, $ack, $errors, $checked, $beat) = ('starting', 0, 0, 0, 0, 0);
# The first gap counts from the start of this service.
my ($last_ack_ms, $max_gap_ms, $max_gap_at_ms, $last_error) = (monotonic_ms(), 0, 0, '');
my @history;

sub take {
  my ($kind, @values) = split / /, $_[0];
  if ($kind eq 'recovered') { ($recovered, $checked) = @values; $ack = $recovered; $state = 'recovered' }
  elsif ($kind eq 'error') { $errors++; $last_error = "@values" }
  elsif ($kind eq 'ack') {
    my $at = $values[1];
    $state = 'running';
    if ($at - $last_ack_ms > $max_gap_ms) { $max_gap_ms = $at - $last_ack_ms; $max_gap_at_ms = $last_ack_ms }
    ($ack, $last_ack_ms) = ($values[0], $at);
    push @history, "[$ack,$at]";
    shift @history if @history > $HISTORY;
  }
}

sub status {
  my $now = monotonic_ms();
  return sprintf('{"name":"%s","boot":"%s","uptime":%.3f,"state":"%s","recovered":%d,"ack":%d,"errors":%d,"lastError":"%s","checked":%d,"beat":%d,'
    . '"uptimeMs":%d,"lastAckUptimeMs":%d,"sinceAckMs":%d,"maxGapMs":%d,"maxGapAtUptimeMs":%d,"history":[%s]}' . "\n",
    $name, $boot, $now / 1000, $state, $recovered, $ack, $errors, $last_error, $checked, $beat, $now, $last_ack_ms, $now - $last_ack_ms, $max_gap_ms, $max_gap_at_ms, join(',', @history));
}

sub answer {
  my ($path) = @_;
  return ('200 OK', 'application/json', status()) if $path eq '/status.json';
  return ('200 OK', 'application/json', sprintf('{"name":"%s","boot":"%s","beat":%d,"uptimeMs":%d,"clock":%d}' . "\n", $name, $boot, $beat, monotonic_ms(), time)) if $path eq '/beat';
  return ('200 OK', 'text/html', "<!doctype html><title>$name</title><h1>ha-acceptance lab: $name is serving</h1>\n") if $path eq '/';
  return ('404 Not Found', 'text/plain', "nothing here\n");
}

socket(my $server, 2, 1, 6) or die "socket: $!";
setsockopt($server, 1, 2, pack('l', 1));
bind($server, pack('S n a4 x8', 2, $port, "\0\0\0\0")) or die "bind: $!";
listen($server, 128) or die "listen: $!";
pipe(my $from_writer, my $to_server);
if (fork() == 0) { close $server; writer($to_server); exit 1 }
close $to_server;
$SIG{PIPE} = 'IGNORE';
my ($pending, %requests) = ('');
my $next_beat_ms = monotonic_ms();
while (1) {
  my $want = '';
  vec($want, fileno $_, 1) = 1 for $server, $from_writer, map { $_->[0] } values %requests;
  my $wait_s = ($next_beat_ms - monotonic_ms()) / 1000;
  select(my $ready = $want, undef, undef, $wait_s > 0 ? $wait_s : 0);
  if (monotonic_ms() >= $next_beat_ms) { $beat++; $next_beat_ms = monotonic_ms() + 50 }
  if (vec($ready, fileno $from_writer, 1)) {
    sysread($from_writer, $pending, 65536, length $pending);
    take($1) while $pending =~ s/^(.*)\n//;
  }
  if (vec($ready, fileno $server, 1)) {
    if (accept(my $client, $server)) { $requests{fileno $client} = [$client, ''] }
    next;
  }
  for my $key (keys %requests) {
    my ($client, $text) = @{$requests{$key}};
    next unless vec($ready, $key, 1);
    my $got = sysread($client, $text, 4096, length $text);
    if ($got && $text !~ /\r?\n\r?\n/ && length $text < 8192) { $requests{$key}[1] = $text; next }
    if ($text =~ m{^GET (\S+)}) {
      my ($code, $type, $body) = answer($1);
      syswrite($client, "HTTP/1.1 $code\r\nContent-Type: $type\r\nContent-Length: " . length($body) . "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n$body");
    }
    delete $requests{$key};
    close $client;
  }
}
