#include "collector/log_folder.h"

#include "collector/log_import.h"
#include "collector/log_seen.h"
#include "collector/pipeline.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FOLDERS_MAX = 1024,	/* the folder and those inside it */
	GATHER_MS = 1000,	/* what is written within a second is read at once */
	NAME_BYTES = 256,
};

static const uint32_t watched = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_ATTRIB | IN_ONLYDIR;

struct folder {
	int watch;
	bool is_dirty;		/* something happened in it */
	char name[NAME_BYTES];	/* inside the watched one; "" itself */
	int64_t source;		/* 0: none yet */
	struct log_seen seen;
};

struct log_folder {
	struct pipeline *pipeline;
	struct store *store;
	char path[PATH_MAX];
	int inotify, wake;
	struct folder folders[FOLDERS_MAX];
	size_t n_folders;
	bool said_full;		/* that there are too many */
	bool waits;		/* a file of the folder at hand is being written: come again */
	_Atomic bool is_stopping;
	pthread_t thread;
	bool has_thread;
};

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

static bool goes_on(void *ctx, uint64_t done, uint64_t size)
{
	(void)done, (void)size;
	return !((struct log_folder *)ctx)->is_stopping;
}

/* What a name inside the folder is; false if the path is too long or it is gone. */
static bool look_at(const char *folder, const char *name, char path[PATH_MAX], struct stat *st)
{
	return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX && lstat(path, st) == 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* False if it could not be read, which has been said. */
static bool import(struct log_folder *f, const struct store_log_source *source, const char *path)
{
	char error[512];
	struct store_log_tally t;
	struct log_import i = { .pipeline = f->pipeline,
				.store = f->store,
				.source = source->id,
				.format = source->format[0] != '\0' ? source->format : NULL,
				.fallback = source->name,
				.grows = true,
				.waits = &f->waits,
				.progress = goes_on,
				.ctx = f };
	bool is_read = log_import_file(&i, path, &t, error, sizeof error) == 0;
	if (!is_read && !f->is_stopping)
		log_warning("%s", error);
	if (t.records > 0)
		log_info("%s: %llu new records", path, (unsigned long long)t.records);
	return is_read;
}

/* The source of ${folder}, made if there is none. When it is another than before, somebody has removed that, and all is new. */
static bool source_of(struct log_folder *f, struct folder *folder, const char *path, struct store_log_source *out)
{
	const struct store_log_source_new fresh = { .name = base_name(path), .kind = "folder", .site = "default" };
	char error[256];
	if (log_import_source(f->store, &fresh, out, error, sizeof error) != 0) {
		log_warning("%s: %s", path, error);
		return false;
	}
	if (folder->source != 0 && folder->source != out->id) {
		f->waits = true;
		log_seen_fini(&folder->seen);
	}
	folder->source = out->id;
	return true;
}

/* A file of ${folder}, whose path is ${in}, that is not known as it is. */
static void read_file(struct log_folder *f, struct folder *folder, const char *in, const char *path, const struct stat *st)
{
	struct store_log_source source;
	if (!S_ISREG(st->st_mode)) {
		log_info("%s is no file: left alone, as links, pipes and folders in folders are", path);
		log_seen_note(&folder->seen, st, true, clock_steady_ns());
		return;
	}
	if (st->st_size == 0 || !source_of(f, folder, in, &source))
		return;
	bool waited = f->waits;
	f->waits = false;
	bool is_read = import(f, &source, path);
	if (!f->waits && !f->is_stopping)
		log_seen_note(&folder->seen, st, is_read, clock_steady_ns());
	f->waits |= waited;
}

static int by_age(const struct dirent **a, const struct dirent **b)
{
	return -versionsort(a, b);	/* log.2 before log.1 before log */
}

static int is_shown(const struct dirent *e)
{
	return e->d_name[0] != '.';	/* half-copied files of rsync and the like begin with a point */
}

/* Every file of the folder; what has been read costs one look each. */
static void read_folder(struct log_folder *f, struct folder *folder)
{
	char in[PATH_MAX], path[PATH_MAX];
	struct dirent **entries = NULL;
	struct stat st;
	if (snprintf(in, sizeof in, "%s%s%s", f->path, *folder->name != '\0' ? "/" : "", folder->name) >= (int)sizeof in)
		return;
	int n = scandir(in, &entries, is_shown, by_age);
	for (int i = 0; i < n; i++) {
		bool is_there = !f->is_stopping && look_at(in, entries[i]->d_name, path, &st);
		bool is_watched = is_there && S_ISDIR(st.st_mode) && *folder->name == '\0';
		free(entries[i]);
		if (is_there && !is_watched && !log_seen_is_done(&folder->seen, &st, clock_steady_ns()))
			read_file(f, folder, in, path, &st);
	}
	free(entries);
	if (n >= 0)
		log_seen_sweep(&folder->seen);
}

/* ---- watching --------------------------------------------------------------------------------------------------------- */

/* True if there is room for it; said once if there is not. It is watched when others are gone. */
static bool has_room(struct log_folder *f, const char *name)
{
	if (f->n_folders < FOLDERS_MAX)
		return true;
	for (size_t i = 0; i < f->n_folders; i++)
		if (strcmp(f->folders[i].name, name) == 0)
			return false;
	if (!f->said_full)
		log_warning("%s/%s is not watched: %d folders are the most, until some are removed", f->path, name, FOLDERS_MAX - 1);
	f->said_full = true;
	return false;
}

static int watch(struct log_folder *f, const char *name)
{
	char path[PATH_MAX];
	if (!has_room(f, name) || strlen(name) >= NAME_BYTES ||
	    snprintf(path, sizeof path, "%s%s%s", f->path, *name != '\0' ? "/" : "", name) >= (int)sizeof path)
		return -1;
	int descriptor = inotify_add_watch(f->inotify, path, watched);
	if (descriptor < 0)
		return -1;
	for (size_t i = 0; i < f->n_folders; i++)
		if (f->folders[i].watch == descriptor)
			return 0;
	struct folder *folder = &f->folders[f->n_folders++];
	*folder = (struct folder){ .watch = descriptor, .is_dirty = true };
	snprintf(folder->name, sizeof folder->name, "%s", name);
	return 0;
}

/* The folders inside the folder, new ones too. */
static void watch_inside(struct log_folder *f)
{
	char path[PATH_MAX];
	struct stat st;
	DIR *dir = opendir(f->path);
	if (dir == NULL)
		return;
	for (struct dirent *e; (e = readdir(dir)) != NULL;)
		if (e->d_name[0] != '.' && look_at(f->path, e->d_name, path, &st) && S_ISDIR(st.st_mode))
			watch(f, e->d_name);
	closedir(dir);
}

/* The folder has been removed; one that comes in its place is a new one. */
static void forget(struct log_folder *f, int descriptor)
{
	size_t i = 0;
	while (i < f->n_folders && f->folders[i].watch != descriptor)
		i++;
	if (i == f->n_folders)
		return;
	if (*f->folders[i].name == '\0')
		log_error("%s is gone: nothing in it is read until the collector starts again", f->path);
	log_seen_fini(&f->folders[i].seen);
	f->folders[i] = f->folders[--f->n_folders];
}

static void take_events(struct log_folder *f)
{
	_Alignas(struct inotify_event) char events[16 << 10];
	ssize_t n = read(f->inotify, events, sizeof events);
	for (ssize_t at = 0; at < n;) {
		const struct inotify_event *e = (const struct inotify_event *)(const void *)(events + at);
		for (size_t i = 0; i < f->n_folders; i++)
			f->folders[i].is_dirty |= f->folders[i].watch == e->wd || (e->mask & IN_Q_OVERFLOW) != 0;
		if ((e->mask & IN_IGNORED) != 0)
			forget(f, e->wd);
		at += (ssize_t)(sizeof *e + e->len);
	}
}

/* True if one of them is to be looked at again soon. */
static bool read_dirty(struct log_folder *f)
{
	bool some_wait = false;
	watch_inside(f);
	for (size_t i = 0; i < f->n_folders; i++) {
		if (!f->folders[i].is_dirty)
			continue;
		f->waits = false;
		read_folder(f, &f->folders[i]);
		f->folders[i].is_dirty = f->waits;
		some_wait |= f->waits;
	}
	return some_wait;
}

static void *run(void *ctx)
{
	struct log_folder *f = ctx;
	while (!f->is_stopping) {
		int timeout_ms = read_dirty(f) ? GATHER_MS : -1;
		struct pollfd polled[] = { { .fd = f->wake, .events = POLLIN }, { .fd = f->inotify, .events = POLLIN } };
		if (poll(polled, 2, timeout_ms) < 0 && errno != EINTR)
			break;
		if (polled[1].revents != 0 && poll(polled, 1, GATHER_MS) == 0)
			take_events(f);
	}
	return NULL;
}

/* ---- life ------------------------------------------------------------------------------------------------------------- */

struct log_folder *log_folder_start(struct pipeline *p, struct store *store, const char *path, char *error, size_t error_cap)
{
	struct log_folder *f = calloc(1, sizeof *f);
	if (f == NULL) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	f->pipeline = p;
	f->store = store;
	f->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	f->wake = eventfd(0, EFD_CLOEXEC);
	if (realpath(path, f->path) != NULL && f->inotify >= 0 && watch(f, "") == 0) {
		f->has_thread = f->wake >= 0 && pthread_create(&f->thread, NULL, run, f) == 0;
		if (f->has_thread)
			return f;
	}
	snprintf(error, error_cap, "watch folder %s: %s", path, strerror(errno));
	log_folder_stop(f);
	return NULL;
}

void log_folder_stop(struct log_folder *f)
{
	if (f == NULL)
		return;
	f->is_stopping = true;
	if (f->has_thread) {
		eventfd_write(f->wake, 1);
		pthread_join(f->thread, NULL);
	}
	for (size_t i = 0; i < f->n_folders; i++)
		log_seen_fini(&f->folders[i].seen);
	if (f->inotify >= 0)
		close(f->inotify);
	if (f->wake >= 0)
		close(f->wake);
	free(f);
}
