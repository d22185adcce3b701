#include "collector/log_seen.h"

#include "proto/base/clock.h"

#include <stdlib.h>

static const int64_t again_ns = 10 * 60 * CLOCK_SECOND_NS;

struct log_seen_file {
	ino_t inode;
	off_t size;
	int64_t changed_ns;
	int64_t tried_ns;
	bool is_read, is_met;
};

struct wanted {
	const struct log_seen *s;
	ino_t inode;
};

static bool is_wanted(void *ctx, size_t place)
{
	const struct wanted *w = ctx;
	return w->s->files[place].inode == w->inode;
}

static struct log_seen_file *find(const struct log_seen *s, ino_t inode)
{
	struct wanted wanted = { s, inode };
	int64_t at = slots_find(&s->known, slots_of_number((int64_t)inode), is_wanted, &wanted);
	return at != SLOTS_NONE ? &s->files[at] : NULL;
}

static int64_t changed_ns(const struct stat *st)
{
	return st->st_ctim.tv_sec * CLOCK_SECOND_NS + st->st_ctim.tv_nsec;
}

bool log_seen_is_done(struct log_seen *s, const struct stat *st, int64_t now_ns)
{
	struct log_seen_file *f = find(s, st->st_ino);
	if (f == NULL)
		return false;
	f->is_met = true;
	return f->size == st->st_size && f->changed_ns == changed_ns(st) && (f->is_read || now_ns - f->tried_ns < again_ns);
}

static struct log_seen_file *add(struct log_seen *s, ino_t inode)
{
	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 64 : 2 * s->cap;
		struct log_seen_file *more = reallocarray(s->files, cap, sizeof *more);
		if (more == NULL)
			return NULL;
		s->files = more;
		s->cap = cap;
	}
	if (!slots_add(&s->known, slots_of_number((int64_t)inode), s->n))
		return NULL;
	return &s->files[s->n++];
}

void log_seen_note(struct log_seen *s, const struct stat *st, bool is_read, int64_t now_ns)
{
	struct log_seen_file *f = find(s, st->st_ino);
	if (f == NULL && (f = add(s, st->st_ino)) == NULL)
		return;
	*f = (struct log_seen_file){ st->st_ino, st->st_size, changed_ns(st), now_ns, is_read, true };
}

void log_seen_sweep(struct log_seen *s)
{
	size_t kept = 0;
	slots_clear(&s->known);
	for (size_t i = 0; i < s->n; i++) {
		if (!s->files[i].is_met || !slots_add(&s->known, slots_of_number((int64_t)s->files[i].inode), kept))
			continue;
		s->files[kept] = s->files[i];
		s->files[kept++].is_met = false;
	}
	s->n = kept;
}

void log_seen_fini(struct log_seen *s)
{
	free(s->files);
	slots_fini(&s->known);
	*s = (struct log_seen){ 0 };
}
