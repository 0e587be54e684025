/*
 * The anchor of the benchmark: what a small program in C needs to send ICMP probes on a fixed grid and to stamp the answers.
 * usage: anchor PERIOD_US TARGETS CAPACITY OUTPUT   (targets 127.77.0.1 and on; ends on SIGTERM, then writes OUTPUT)
 * OUTPUT: for each target CAPACITY pairs of 64-bit integers, moment of sending and of the answer, ns of CLOCK_MONOTONIC, 0: none.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/icmp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { payload = 56, packet_bytes = 8 + payload, inbox = 64, reply_bytes = 192, control_bytes = 128 };
struct sample { int64_t sent, answered; };
struct body { uint32_t target, seq; int64_t sent; };

static volatile sig_atomic_t ended;
static void end(int signal) { (void)signal; ended = 1; }

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static uint16_t checksum(const uint8_t *bytes, int length) {
  uint32_t sum = 0;
  for (int at = 0; at < length; at += 2) sum += (uint32_t)(bytes[at] << 8 | bytes[at + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons((uint16_t)~sum);
}

int main(int argc, char **argv) {
  if (argc != 5) return 64;
  const int64_t period = atoll(argv[1]) * 1000;
  const int targets = atoi(argv[2]);
  const int64_t capacity = atoll(argv[3]);
  int raw = 0;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_ICMP);
  if (fd < 0) { raw = 1; fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMP); }
  if (fd < 0) { perror("socket"); return 69; }
  int bytes = 16 << 20, on = 1, only_replies = ~1;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes);
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  if (raw) setsockopt(fd, SOL_RAW, ICMP_FILTER, &only_replies, sizeof only_replies);
  prctl(PR_SET_TIMERSLACK, 1000);
  struct sched_param parameter = { .sched_priority = 40 };
  sched_setscheduler(0, SCHED_FIFO, &parameter);
  signal(SIGTERM, end);

  struct sample *samples = calloc((size_t)targets * (size_t)capacity, sizeof *samples);
  uint8_t (*packets)[packet_bytes] = calloc((size_t)targets, packet_bytes);
  struct sockaddr_in *addresses = calloc((size_t)targets, sizeof *addresses);
  struct iovec *parts = calloc((size_t)targets, sizeof *parts);
  struct mmsghdr *out = calloc((size_t)targets, sizeof *out);
  static uint8_t replies[inbox][reply_bytes], controls[inbox][control_bytes];
  struct mmsghdr in[inbox];
  struct iovec reply_parts[inbox];
  const uint16_t id = (uint16_t)getpid();
  for (int target = 0; target < targets; target++) {
    packets[target][0] = ICMP_ECHO;
    memcpy(packets[target] + 4, &id, 2);
    addresses[target].sin_family = AF_INET;
    addresses[target].sin_addr.s_addr = htonl(0x7f4d0001u + (uint32_t)target);
    parts[target] = (struct iovec){ packets[target], packet_bytes };
    out[target].msg_hdr = (struct msghdr){ .msg_name = &addresses[target], .msg_namelen = sizeof *addresses, .msg_iov = &parts[target], .msg_iovlen = 1 };
  }

  const int64_t epoch = now(CLOCK_MONOTONIC);
  int64_t next = 0, drain_until = 0;
  while (!ended || drain_until == 0 || now(CLOCK_MONOTONIC) < drain_until) {
    if (ended && drain_until == 0) drain_until = now(CLOCK_MONOTONIC) + 500000000;
    const int64_t offset = now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC);
    for (int count = inbox; count == inbox;) {
      for (int index = 0; index < inbox; index++) {
        reply_parts[index] = (struct iovec){ replies[index], reply_bytes };
        in[index].msg_hdr = (struct msghdr){ .msg_iov = &reply_parts[index], .msg_iovlen = 1, .msg_control = controls[index], .msg_controllen = control_bytes };
      }
      count = recvmmsg(fd, in, inbox, MSG_DONTWAIT, NULL);
      for (int index = 0; index < count; index++) {
        const int start = raw ? (replies[index][0] & 15) * 4 : 0;
        struct body body;
        if (in[index].msg_len < (unsigned)(start + packet_bytes) || replies[index][start] != ICMP_ECHOREPLY) continue;
        if (raw && memcmp(replies[index] + start + 4, &id, 2) != 0) continue;
        memcpy(&body, replies[index] + start + 8, sizeof body);
        int64_t at = now(CLOCK_MONOTONIC);
        for (struct cmsghdr *control = CMSG_FIRSTHDR(&in[index].msg_hdr); control != NULL; control = CMSG_NXTHDR(&in[index].msg_hdr, control)) {
          if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SO_TIMESTAMPNS) continue;
          struct timespec stamp;
          memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
          at = stamp.tv_sec * 1000000000LL + stamp.tv_nsec - offset;
        }
        struct sample *sample = &samples[(int64_t)body.target * capacity + body.seq];
        if (body.target < (uint32_t)targets && body.seq < capacity && sample->answered == 0) sample->answered = at;
      }
    }
    const int64_t moment = now(CLOCK_MONOTONIC);
    const int64_t due = (moment - epoch) / period;
    if (!ended && due >= next && due < capacity) {
      next = due + 1;
      for (int target = 0; target < targets; target++) {
        const struct body body = { (uint32_t)target, (uint32_t)due, moment };
        const uint16_t seq = htons((uint16_t)due);
        memcpy(packets[target] + 6, &seq, 2);
        memcpy(packets[target] + 8, &body, sizeof body);
        memset(packets[target] + 2, 0, 2);
        const uint16_t sum = checksum(packets[target], packet_bytes);
        memcpy(packets[target] + 2, &sum, 2);
      }
      for (int from = 0; from < targets;) {
        const int sent = sendmmsg(fd, out + from, (unsigned)(targets - from), MSG_DONTWAIT);
        for (int target = from; target < from + sent; target++) samples[target * capacity + due].sent = moment;
        from += sent > 0 ? sent : 1;
      }
    }
    const int64_t wake = epoch + next * period;
    const struct timespec until = { wake / 1000000000, wake % 1000000000 };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  }
  FILE *file = fopen(argv[4], "wb");
  if (file == NULL || fwrite(samples, sizeof *samples, (size_t)targets * (size_t)capacity, file) != (size_t)targets * (size_t)capacity) { perror(argv[4]); return 70; }
  return fclose(file) == 0 ? 0 : 70;
}
