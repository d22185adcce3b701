#include "collector/syslog.h"

#include "collector/log_feed.h"
#include "collector/logs/octets.h"
#include "collector/logs/text.h"
#include "collector/pipeline.h"
#include "collector/syslog_tls.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PEERS_MAX = 64,			/* TLS connections at once */
	PEERS_PER_ADDRESS = 8,
	KEEPALIVE_SECONDS = 60,		/* then a silent peer is asked whether it is still there, three times */
	SENDERS_MAX = 256,		/* addresses remembered, sources and others */
	GATHER_BYTES = 512 << 10,	/* of one source until it is stored */
	GATHER_MS = 500,
	DATAGRAMS_A_TURN = 256,		/* then the others have their turn */
	READS_A_TURN = 16,
	DATAGRAM_BYTES = 64 << 10,
	DATAGRAMS_BYTES = 8 << 20,	/* the kernel holds for us: some thousand, while the store is at work */
};

static const int64_t sender_ns = 30 * CLOCK_SECOND_NS;		/* a new source is known after this at the latest */
static const int64_t handshake_ns = 10 * CLOCK_SECOND_NS;
static const int64_t idle_ns = 6 * 3600 * CLOCK_SECOND_NS;	/* a quiet server's log; keep-alives are the sender's business */

/* How often something happened, of which each doubling is worth a line in the log. */
struct tally {
	uint64_t n, to_say;
};

/* An address, and what has gathered of it. */
struct sender {
	char address[LOG_ADDRESS_BYTES];
	bool is_source;
	struct store_log_source source;
	int64_t asked_ns;		/* when the store was asked about it; 0: free */
	char *text;			/* lines; GATHER_BYTES once there is a first */
	size_t n;
};

struct peer {
	struct syslog_peer *tls;	/* NULL: free */
	char address[LOG_ADDRESS_BYTES];
	int64_t heard_ns;
	struct log_octets *octets;
};

struct syslog_server {
	struct pipeline *pipeline;
	struct store *store;
	struct syslog_tls *tls;
	int udp, tcp, wake;		/* -1: none */
	struct peer peers[PEERS_MAX];
	struct sender senders[SENDERS_MAX];
	struct sender *speaks;		/* of the message at hand */
	struct tally strangers, crowds, lost;
	uint32_t lost_last;		/* as the kernel counts, which begins again at 2^32 */
	pthread_t thread;
	bool has_thread;
	char datagram[DATAGRAM_BYTES];
};

/* ---- senders ---------------------------------------------------------------------------------------------------------- */

static int feed(struct syslog_server *s, const struct sender *who, const char *text, size_t n, const char *broken)
{
	char error[256] = "out of memory";
	int result = -1;
	struct log_options options = { .format = "syslog", .fallback = who->source.name, .reference_ns = clock_now_ns() };
	struct log_feed *f = log_feed_new(s->pipeline, who->source.id, who->address, &options);
	if (f != NULL && broken == NULL)
		result = log_feed_bytes(f, text, n, error, sizeof error);
	else if (f != NULL)
		result = log_feed_broken(f, broken, text, n, error, sizeof error);
	if (result != 0)
		log_error("syslog of %s: %s", who->source.name, error);
	log_feed_free(f);
	return result;
}

static void store_gathered(struct syslog_server *s, struct sender *who)
{
	if (who->n > 0)
		feed(s, who, who->text, who->n, NULL);
	who->n = 0;
}

static void ask_store(struct syslog_server *s, struct sender *who, int64_t now)
{
	char error[256];
	struct store_tx *tx = store_read(s->store);
	who->is_source = store_log_source_of_address(tx, who->address, &who->source);
	if (store_commit(tx, error, sizeof error) != 0)
		who->is_source = false;
	who->asked_ns = now;
}

/* The place of ${address}: its own, a free one, or that of who was asked about longest ago. */
static struct sender *place_of(struct syslog_server *s, const char *address)
{
	struct sender *oldest = &s->senders[0];
	for (size_t i = 0; i < SENDERS_MAX; i++) {
		struct sender *who = &s->senders[i];
		if (who->asked_ns != 0 && strcmp(who->address, address) == 0)
			return who;
		if (who->asked_ns < oldest->asked_ns)
			oldest = who;
	}
	store_gathered(s, oldest);
	snprintf(oldest->address, sizeof oldest->address, "%s", address);
	oldest->asked_ns = 0;
	return oldest;
}

static struct sender *sender_of(struct syslog_server *s, const char *address)
{
	int64_t now = clock_steady_ns();
	struct sender *who = place_of(s, address);
	if (who->asked_ns == 0 || now - who->asked_ns > sender_ns) {
		store_gathered(s, who);
		ask_store(s, who, now);
	}
	return who;
}

/* ${more} of them. True when it is to be said: when it begins, and each time it has doubled. */
static bool is_worth_a_line(struct tally *t, uint64_t more)
{
	t->n += more;
	if (t->n == 0 || t->n < t->to_say)
		return false;
	t->to_say = 2 * t->n;
	return true;
}

static void count_stranger(struct syslog_server *s, const char *address)
{
	if (is_worth_a_line(&s->strangers, 1))
		log_warning("syslog: %llu messages of senders that are no source dropped, now from %s; "
			    "ashiato-collector logs add NAME --address %s makes it one",
			    (unsigned long long)s->strangers.n, address, address);
}

/* A message is a line here: line ends within become blanks. */
static void gather(void *ctx, const char *message, size_t n, bool is_cut)
{
	struct syslog_server *s = ctx;
	struct sender *who = s->speaks;
	if (!who->is_source) {
		count_stranger(s, who->address);
		return;
	}
	if (is_cut) {
		feed(s, who, message, n, n < LOG_MESSAGE_BYTES ? "cut before its end" : "longer than a message may be (256 KiB)");
		return;
	}
	if (who->text == NULL && (who->text = malloc(GATHER_BYTES)) == NULL)
		return;
	if (who->n + n + 1 > GATHER_BYTES)
		store_gathered(s, who);
	for (size_t i = 0; i < n; i++)
		who->text[who->n++] = message[i] == '\n' || message[i] == '\r' || message[i] == '\0' ? ' ' : message[i];
	who->text[who->n++] = '\n';
}

/* ---- UDP -------------------------------------------------------------------------------------------------------------- */

static void name_address(const struct sockaddr_storage *a, char out[LOG_ADDRESS_BYTES])
{
	char text[INET6_ADDRSTRLEN + 16];
	socklen_t n = a->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	if (getnameinfo((const struct sockaddr *)a, n, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0 || !log_address(text, out))
		snprintf(out, LOG_ADDRESS_BYTES, "unknown");
}

/* What the kernel has dropped because we were too slow, by its own count. */
static void count_lost(struct syslog_server *s, struct msghdr *message)
{
	uint32_t lost;
	const struct cmsghdr *c = CMSG_FIRSTHDR(message);
	if (c == NULL || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL)
		return;
	memcpy(&lost, CMSG_DATA(c), sizeof lost);
	uint32_t more = lost - s->lost_last;
	s->lost_last = lost;
	if (more > 0 && is_worth_a_line(&s->lost, more))
		log_warning("syslog over UDP: %llu messages came faster than they are stored and are lost; over TLS they wait",
			    (unsigned long long)s->lost.n);
}

static ssize_t read_datagram(struct syslog_server *s, struct sockaddr_storage *from)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(uint32_t))];
	struct iovec into = { s->datagram, sizeof s->datagram };
	struct msghdr message = { .msg_name = from, .msg_namelen = sizeof *from, .msg_iov = &into, .msg_iovlen = 1,
				  .msg_control = control, .msg_controllen = sizeof control };
	ssize_t n = recvmsg(s->udp, &message, MSG_DONTWAIT);
	if (n >= 0)
		count_lost(s, &message);
	return n;
}

static void read_datagrams(struct syslog_server *s)
{
	for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
		char address[LOG_ADDRESS_BYTES];
		struct sockaddr_storage from;
		ssize_t n = read_datagram(s, &from);
		if (n < 0)
			return;
		name_address(&from, address);
		s->speaks = sender_of(s, address);
		if (n > 0)
			gather(s, s->datagram, (size_t)n, false);
	}
}

/* ---- TLS -------------------------------------------------------------------------------------------------------------- */

/* What has come of its last message is stored or kept aside. */
static void close_peer(struct syslog_server *s, struct peer *p)
{
	if (p->octets != NULL) {
		s->speaks = sender_of(s, p->address);
		log_octets_end(p->octets, gather, s);
	}
	syslog_peer_free(p->tls);
	free(p->octets);
	*p = (struct peer){ 0 };
}

/* A free place. Who has too many connections loses the one that has been silent longest: what a broken line left behind must not
 * keep its sender out. */
static struct peer *free_peer(struct syslog_server *s, const char *address)
{
	struct peer *free = NULL, *silent = NULL;
	int of_address = 0;
	for (size_t i = 0; i < PEERS_MAX; i++) {
		struct peer *p = &s->peers[i];
		if (p->tls == NULL) {
			free = p;
		} else if (strcmp(p->address, address) == 0) {
			of_address++;
			silent = silent == NULL || p->heard_ns < silent->heard_ns ? p : silent;
		}
	}
	if (of_address < PEERS_PER_ADDRESS && free != NULL)
		return free;
	if (is_worth_a_line(&s->crowds, 1))
		log_warning("syslog: more connections at once than are allowed, now of %s (%d); %llu closed", address, of_address,
			    (unsigned long long)s->crowds.n);
	if (silent != NULL)
		close_peer(s, silent);
	return silent;
}

static void keep_alive(int fd)
{
	const int one = 1, seconds = KEEPALIVE_SECONDS, times = 3;
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
}

/* Strangers do not get as far as a handshake. */
static void accept_peer(struct syslog_server *s)
{
	char address[LOG_ADDRESS_BYTES];
	struct sockaddr_storage from;
	socklen_t from_n = sizeof from;
	int fd = accept4(s->tcp, (struct sockaddr *)&from, &from_n, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	name_address(&from, address);
	bool is_known = sender_of(s, address)->is_source;
	if (!is_known)
		count_stranger(s, address);
	struct peer *p = is_known ? free_peer(s, address) : NULL;
	if (p == NULL) {
		close(fd);
		return;
	}
	keep_alive(fd);
	p->tls = syslog_peer_new(s->tls, fd);
	p->octets = calloc(1, sizeof *p->octets);
	p->heard_ns = clock_steady_ns();
	snprintf(p->address, sizeof p->address, "%s", address);
	if (p->tls == NULL || p->octets == NULL)
		close_peer(s, p);
}

static void read_peer(struct syslog_server *s, struct peer *p)
{
	char bytes[16 << 10];
	for (int i = 0; i < READS_A_TURN; i++) {
		long n = syslog_peer_read(p->tls, bytes, sizeof bytes);
		if (n == 0)
			return;
		s->speaks = sender_of(s, p->address);
		if (n < 0 || !log_octets_feed(p->octets, bytes, (size_t)n, gather, s)) {
			close_peer(s, p);
			return;
		}
		p->heard_ns = clock_steady_ns();
	}
}

static void close_idle(struct syslog_server *s)
{
	int64_t now = clock_steady_ns();
	for (size_t i = 0; i < PEERS_MAX; i++) {
		struct peer *p = &s->peers[i];
		if (p->tls != NULL && now - p->heard_ns > (syslog_peer_is_ready(p->tls) ? idle_ns : handshake_ns))
			close_peer(s, p);
	}
}

/* ---- the thread ------------------------------------------------------------------------------------------------------- */

enum { POLL_WAKE, POLL_UDP, POLL_TCP, POLL_PEERS, POLL_MAX = POLL_PEERS + PEERS_MAX };

static void fill_poll(struct syslog_server *s, struct pollfd polled[POLL_MAX])
{
	polled[POLL_WAKE] = (struct pollfd){ .fd = s->wake, .events = POLLIN };
	polled[POLL_UDP] = (struct pollfd){ .fd = s->udp, .events = POLLIN };
	polled[POLL_TCP] = (struct pollfd){ .fd = s->tcp, .events = POLLIN };
	for (size_t i = 0; i < PEERS_MAX; i++) {
		const struct syslog_peer *p = s->peers[i].tls;
		polled[POLL_PEERS + i] = (struct pollfd){ .fd = p != NULL ? syslog_peer_fd(p) : -1,
							  .events = p != NULL ? syslog_peer_wants(p) : 0 };
	}
}

static void receive(struct syslog_server *s, const struct pollfd polled[POLL_MAX])
{
	for (size_t i = 0; i < PEERS_MAX; i++)
		if (polled[POLL_PEERS + i].revents != 0)
			read_peer(s, &s->peers[i]);
	if (polled[POLL_UDP].revents != 0)
		read_datagrams(s);
	if (polled[POLL_TCP].revents != 0)
		accept_peer(s);
}

static void store_all(struct syslog_server *s)
{
	for (size_t i = 0; i < SENDERS_MAX; i++)
		store_gathered(s, &s->senders[i]);
}

static void *run(void *ctx)
{
	struct syslog_server *s = ctx;
	int64_t stored_ns = clock_steady_ns();
	for (;;) {
		struct pollfd polled[POLL_MAX];
		fill_poll(s, polled);
		if (poll(polled, POLL_MAX, GATHER_MS) < 0 && errno != EINTR)
			break;
		if (polled[POLL_WAKE].revents != 0)
			break;
		receive(s, polled);
		if (clock_steady_ns() - stored_ns >= GATHER_MS * CLOCK_MS_NS) {
			store_all(s);
			close_idle(s);
			stored_ns = clock_steady_ns();
		}
	}
	for (size_t i = 0; i < PEERS_MAX; i++)
		close_peer(s, &s->peers[i]);
	store_all(s);
	return NULL;
}

/* ---- life ------------------------------------------------------------------------------------------------------------- */

static int listen_on(const char *address, uint16_t port, int type, char *error, size_t error_cap)
{
	char service[8];
	struct addrinfo *found = NULL;
	const struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = type };
	snprintf(service, sizeof service, "%u", port);
	int result = getaddrinfo(address, service, &hints, &found);
	if (result != 0) {
		snprintf(error, error_cap, "syslog on %s: %s", address, gai_strerror(result));
		return -1;
	}
	const int one = 1;
	int fd = socket(found->ai_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
	    bind(fd, found->ai_addr, found->ai_addrlen) == 0 && (type != SOCK_STREAM || listen(fd, SOMAXCONN) == 0)) {
		freeaddrinfo(found);
		return fd;
	}
	snprintf(error, error_cap, "syslog on %s port %u: %s", address, port, strerror(errno));
	if (fd >= 0)
		close(fd);
	freeaddrinfo(found);
	return -1;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;
	char service[8] = "0";
	if (getsockname(fd, (struct sockaddr *)&a, &n) == 0)
		getnameinfo((struct sockaddr *)&a, n, NULL, 0, service, sizeof service, NI_NUMERICSERV | NI_DGRAM);
	return (uint16_t)strtoul(service, NULL, 10);
}

/* Room for a burst, beyond the machine's limit where we may, and the kernel's count of what did not fit. */
static void widen_datagrams(int fd)
{
	const int one = 1, bytes = DATAGRAMS_BYTES;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &one, sizeof one);
}

static bool open_sockets(struct syslog_server *s, const struct syslog_options *o, char *error, size_t error_cap)
{
	if (o->udp_address != NULL && (s->udp = listen_on(o->udp_address, o->udp_port, SOCK_DGRAM, error, error_cap)) < 0)
		return false;
	if (s->udp >= 0)
		widen_datagrams(s->udp);
	if (o->tls_address == NULL)
		return true;
	s->tls = syslog_tls_new(o->certificate_path, o->key_path, error, error_cap);
	if (s->tls == NULL)
		return false;
	s->tcp = listen_on(o->tls_address, o->tls_port, SOCK_STREAM, error, error_cap);
	return s->tcp >= 0;
}

struct syslog_server *syslog_start(struct pipeline *p, struct store *store, const struct syslog_options *o, char *error, size_t error_cap)
{
	struct syslog_server *s = calloc(1, sizeof *s);
	if (s == NULL) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	s->pipeline = p;
	s->store = store;
	s->udp = s->tcp = -1;
	s->wake = eventfd(0, EFD_CLOEXEC);
	if (open_sockets(s, o, error, error_cap)) {
		s->has_thread = s->wake >= 0 && pthread_create(&s->thread, NULL, run, s) == 0;
		if (s->has_thread)
			return s;
		snprintf(error, error_cap, "syslog: no thread to receive in");
	}
	syslog_stop(s);
	return NULL;
}

void syslog_stop(struct syslog_server *s)
{
	if (s == NULL)
		return;
	if (s->has_thread) {
		eventfd_write(s->wake, 1);
		pthread_join(s->thread, NULL);
	}
	for (size_t i = 0; i < SENDERS_MAX; i++)
		free(s->senders[i].text);
	syslog_tls_free(s->tls);
	const int fds[] = { s->udp, s->tcp, s->wake };
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(s);
}

uint16_t syslog_udp_port(const struct syslog_server *s)
{
	return s->udp >= 0 ? port_of(s->udp) : 0;
}

uint16_t syslog_tls_port(const struct syslog_server *s)
{
	return s->tcp >= 0 ? port_of(s->tcp) : 0;
}
