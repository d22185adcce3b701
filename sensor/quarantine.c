#include "sensor/quarantine.h"

#include "proto/base/log.h"
#include "proto/base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHA256_BYTES = 32, NAME_BYTES = 2 * SHA256_BYTES + 1, FOLDER_MODE = 0700, COPY_MODE = 0400 };

/* No SHA-256 is spelled like this. What follows is the quarantine's own, and the part's number. */
static const char part_prefix[] = ".part-";

static const char is_full[] = "the folder is full (--extract-max)";

/* A copy under way; fd is -1 when there is none. */
struct part {
	int fd;
	uint64_t bytes;
	char name[48];
};

struct quarantine {
	int folder;
	const char *dir;
	uint64_t own;			/* random: no other process names its parts like ours */
	uint64_t max_bytes, used_bytes;	/* parts included */
	uint64_t kept, left_out;
	bool has_complained;
	struct parts order;		/* which part may be whose, and gives way when */
	struct part parts[QUARANTINE_PARTS];
	struct file_keeper keeper;
};

/* ---- the keeper ---- */

static void complain(struct quarantine *q, const char *what)
{
	q->left_out++;
	if (!q->has_complained)
		log_warning("extract: %s; this and further such files are left out", what);
	q->has_complained = true;
}

/* What a file of so many bytes takes. */
static uint64_t room_of(uint64_t bytes)
{
	return bytes > QUARANTINE_LEAST_BYTES ? bytes : QUARANTINE_LEAST_BYTES;
}

/* Its name may have been given to something else, where a folder cannot be locked or somebody else writes into it. */
static bool is_still_named(const struct quarantine *q, const struct part *p)
{
	struct stat ours, named;

	return fstat(p->fd, &ours) == 0 && fstatat(q->folder, p->name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

static void drop(struct quarantine *q, struct part *p)
{
	if (is_still_named(q, p))
		unlinkat(q->folder, p->name, 0);
	close(p->fd);
	q->used_bytes -= room_of(p->bytes);
	p->fd = -1;
	parts_leave(&q->order, (size_t)(p - q->parts));
}

static void *begin_part(void *ctx)
{
	struct quarantine *q = ctx;
	size_t i = parts_choose(&q->order);

	if (q->parts[i].fd >= 0) {
		complain(q, "too many files move at once, the one that has rested longest is given up");
		drop(q, &q->parts[i]);
	}
	if (q->max_bytes - q->used_bytes < room_of(0)) {
		complain(q, is_full);
		return NULL;
	}
	q->parts[i].bytes = 0;
	snprintf(q->parts[i].name, sizeof(q->parts[i].name), "%s%016" PRIx64 "-%zu", part_prefix, q->own, i);
	q->parts[i].fd = openat(q->folder, q->parts[i].name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, COPY_MODE);
	if (q->parts[i].fd < 0) {
		complain(q, strerror(errno));
		return NULL;
	}
	q->used_bytes += room_of(0);
	return parts_take(&q->order, i);
}

static bool write_all(int fd, struct view bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.bytes, bytes.n);

		if (n < 0 && errno != EINTR)
			return false;
		bytes = view_after(bytes, n > 0 ? (size_t)n : 0);
	}
	return true;
}

/* NULL: it has given way. */
static struct part *part_of(struct quarantine *q, const void *handle)
{
	size_t place = parts_find(&q->order, handle);

	return place < QUARANTINE_PARTS ? &q->parts[place] : NULL;
}

static bool add_bytes(void *ctx, void *part, struct view bytes)
{
	struct quarantine *q = ctx;
	struct part *p = part_of(q, part);
	uint64_t more;
	bool has_room;

	if (p == NULL)
		return false;
	more = room_of(p->bytes + bytes.n) - room_of(p->bytes);
	has_room = more <= q->max_bytes - q->used_bytes;
	if (has_room && write_all(p->fd, bytes)) {
		p->bytes += bytes.n;
		parts_moved(&q->order, (size_t)(p - q->parts), bytes.n);
		q->used_bytes += more;
		return true;
	}
	complain(q, has_room ? strerror(errno) : is_full);
	drop(q, p);
	return false;
}

/* The same file may have moved before. */
static bool end_part(void *ctx, void *part, const uint8_t *sha256)
{
	struct quarantine *q = ctx;
	struct part *p = part_of(q, part);
	char name[NAME_BYTES];

	if (p == NULL)
		return false;
	if (sha256 == NULL) {
		drop(q, p);
		return false;
	}
	text_hex(sha256, SHA256_BYTES, name);
	if (faccessat(q->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		drop(q, p);
	} else if (!is_still_named(q, p) || renameat(q->folder, p->name, q->folder, name) != 0) {
		complain(q, "a copy could not be given its name: another process changes the folder, or its disk fails");
		drop(q, p);
		return false;
	} else {
		close(p->fd);
		p->fd = -1;
		parts_leave(&q->order, (size_t)(p - q->parts));
	}
	q->kept++;
	return true;
}

/* ---- the folder ---- */

/* What an earlier run left: its copies count, its parts go. */
static int take_stock(struct quarantine *q)
{
	int fd = openat(q->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	struct stat status;

	if (folder == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (strncmp(entry->d_name, part_prefix, sizeof(part_prefix) - 1) == 0)
			unlinkat(q->folder, entry->d_name, 0);
		else if (fstatat(q->folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode))
			q->used_bytes += room_of((uint64_t)status.st_size);
	}
	closedir(folder);
	if (q->used_bytes > q->max_bytes)
		q->used_bytes = q->max_bytes;
	return 0;
}

/* Two sensors on one folder would take each other's parts for those of an earlier run. Held until the last process that has the
 * folder open has ended. Some network file systems lock no folder; there parts' names are all that keeps two apart. */
static bool is_ours_alone(const struct quarantine *q)
{
	if (flock(q->folder, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno == EWOULDBLOCK)
		return false;
	log_warning("extract: lock folder %s: %s; make sure that no other sensor uses it", q->dir, strerror(errno));
	return true;
}

struct quarantine *quarantine_open(const char *dir, uint64_t max_bytes, char *error, size_t error_cap)
{
	struct quarantine *q = calloc(1, sizeof(*q));

	if (q == NULL) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	q->dir = dir;
	q->max_bytes = max_bytes;
	q->keeper = (struct file_keeper){ .ctx = q, .begin = begin_part, .bytes = add_bytes, .end = end_part };
	for (size_t i = 0; i < QUARANTINE_PARTS; i++)
		q->parts[i].fd = -1;
	q->folder = -1;
	if (mkdir(dir, FOLDER_MODE) == 0 || errno == EEXIST)
		q->folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (q->folder >= 0 && !is_ours_alone(q))
		snprintf(error, error_cap, "folder %s is in use by another sensor: stop it, or give this one its own (--extract)", dir);
	else if (q->folder >= 0 && getrandom(&q->own, sizeof(q->own), 0) == (ssize_t)sizeof(q->own) && take_stock(q) == 0)
		return q;
	else
		snprintf(error, error_cap, "open folder %s: %s; name another with --extract", dir, strerror(errno));
	quarantine_close(q);
	return NULL;
}

void quarantine_close(struct quarantine *q)
{
	if (q == NULL)
		return;
	for (size_t i = 0; i < QUARANTINE_PARTS; i++)
		if (q->parts[i].fd >= 0)
			drop(q, &q->parts[i]);
	if (q->folder >= 0)
		close(q->folder);
	free(q);
}

const struct file_keeper *quarantine_keeper(const struct quarantine *q)
{
	return &q->keeper;
}

int quarantine_folder(const struct quarantine *q)
{
	return q->folder;
}

void quarantine_report(const struct quarantine *q)
{
	log_info("extract: %" PRIu64 " files in %s, %" PRIu64 " left out", q->kept, q->dir, q->left_out);
}

uint64_t quarantine_kept(const struct quarantine *q)
{
	return q->kept;
}

uint64_t quarantine_left_out(const struct quarantine *q)
{
	return q->left_out;
}
