#include "sensor/keep.h"

#include "proto/base/log.h"
#include "sensor/confine.h"
#include "sensor/core/cursor.h"
#include "sensor/courier.h"
#include "sensor/file/hash.h"
#include "sensor/quarantine.h"
#include "sensor/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ERROR_BYTES = 256, ONLY_READ_BY_OWNER = 0377 };

/* A copy under way; all NULL: none, or it was left out. */
struct part {
	void *kept;	/* the quarantine's */
	struct hash *hash;
};

struct keep {
	const struct file_keeper *keeper;
	int fd;
	struct part parts[COURIER_PARTS];
};

/* ---- what records ask for ---- */

static void drop(struct keep *k, struct part *p)
{
	if (p->kept != NULL)
		k->keeper->end(k->keeper->ctx, p->kept, NULL);
	hash_drop(p->hash);
	*p = (struct part){ NULL, NULL };
}

static void begin(struct keep *k, struct part *p)
{
	drop(k, p);
	p->hash = hash_begin();
	if (p->hash != NULL)
		p->kept = k->keeper->begin(k->keeper->ctx);
}

static void add(struct keep *k, struct part *p, struct view bytes)
{
	if (p->kept == NULL)
		return;
	if (!k->keeper->bytes(k->keeper->ctx, p->kept, bytes))
		p->kept = NULL;
	hash_add(p->hash, bytes);
}

static bool is_kept(struct keep *k, struct part *p)
{
	struct hash_result result;
	struct part whole = *p;

	*p = (struct part){ NULL, NULL };
	if (whole.kept == NULL) {
		hash_drop(whole.hash);
		return false;
	}
	return k->keeper->end(k->keeper->ctx, whole.kept, hash_end(whole.hash, &result) ? result.sha256 : NULL);
}

static void end(struct keep *k, struct part *p, uint32_t ticket)
{
	const uint8_t answer[COURIER_ANSWER_BYTES] = { (uint8_t)ticket, (uint8_t)(ticket >> 8), (uint8_t)(ticket >> 16),
						       (uint8_t)(ticket >> 24), is_kept(k, p) };

	send(k->fd, answer, sizeof(answer), MSG_NOSIGNAL);
}

static void drop_all(struct keep *k)
{
	for (size_t i = 0; i < COURIER_PARTS; i++)
		drop(k, &k->parts[i]);
}

/* One record; false when it is none. */
static bool obey(struct keep *k, struct cursor *c)
{
	uint8_t op = cur_u8(c), number = cur_u8(c);
	uint32_t n = cur_u32le(c);
	struct part *p = number < COURIER_PARTS ? &k->parts[number] : NULL;

	if (!cur_ok(c) || p == NULL)
		return false;
	if (op == COURIER_BEGIN)
		begin(k, p);
	else if (op == COURIER_BYTES)
		add(k, p, cur_take(c, n));
	else if (op == COURIER_END)
		end(k, p, n);
	else if (op == COURIER_DROP)
		drop(k, p);
	else if (op == COURIER_RESET)
		drop_all(k);
	return cur_ok(c) && op <= COURIER_RESET;
}

static bool obey_all(struct keep *k, struct view datagram)
{
	struct cursor c = cur_of(datagram);

	while (cur_left(&c) > 0)
		if (!obey(k, &c))
			return false;
	return true;
}

bool keep_serve(const struct file_keeper *keeper, int fd)
{
	static uint8_t datagram[COURIER_DATAGRAM_BYTES];
	struct keep k = { .keeper = keeper, .fd = fd };
	bool is_good;
	ssize_t n;

	do {
		n = recv(fd, datagram, sizeof(datagram), 0);
		is_good = n <= 0 || obey_all(&k, view_of(datagram, (size_t)n));
	} while (is_good && (n > 0 || (n < 0 && errno == EINTR)));
	drop_all(&k);
	/* Reset: the other side has gone and did not wait for an answer. */
	return is_good && (n == 0 || errno == ECONNRESET);
}

/* ---- the process ---- */

/* What the kernel cannot hold us to is said, and no reason to end: what stands before it holds. */
static void confine_to(int folder)
{
	char error[ERROR_BYTES];

	hash_prepare();
	sandbox_no_children();
	if (SANDBOX_IS_WATCHED)
		return;
	if (sandbox_only_write_in(folder, error, sizeof(error)) < 0)
		log_warning("%s; it goes on without that", error);
	if (confine(CONFINE_TO_FOLDER, error, sizeof(error)) < 0)
		log_warning("%s; it goes on without a filter of its system calls", error);
}

static int give_up_rights(const struct quarantine *q, const char *name)
{
	const int folder = quarantine_folder(q);
	struct sandbox_user user;
	char error[ERROR_BYTES];

	if (sandbox_find(name, &user, error, sizeof(error)) < 0) {
		log_error("%s", error);
		return -1;
	}
	if (sandbox_hand_over(folder, &user) < 0)
		log_warning("hand the folder of --extract over to user %u: %s", user.uid, strerror(errno));
	if (sandbox_become(&user, error, sizeof(error)) < 0) {
		log_error("%s", error);
		return -1;
	}
	umask(ONLY_READ_BY_OWNER);
	if (faccessat(folder, ".", W_OK | X_OK, 0) < 0) {
		log_error("write into the folder of --extract as user %u: %s", geteuid(), strerror(errno));
		return -1;
	}
	confine_to(folder);
	return 0;
}

int keep_run(struct quarantine *q, const char *user, int fd)
{
	bool is_good;

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (give_up_rights(q, user) < 0)
		return KEEP_NOT_STARTED;
	is_good = keep_serve(quarantine_keeper(q), fd);
	if (!is_good)
		log_error("extract: what came from the process that parses cannot be read; no more copies are kept");
	return is_good ? 0 : 1;
}
