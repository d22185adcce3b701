#include "collector/log_file.h"

#include "collector/logs/evtx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK_BYTES = 1 << 16, HEAD_BYTES = 64 };

struct reading {
	const char *path;
	struct log_reader *reader;
	char *error;
	size_t error_cap;
};

static int failed(const struct reading *r, const char *verb)
{
	snprintf(r->error, r->error_cap, "%s %s: %s", verb, r->path, strerror(errno));
	return -1;
}

static int told(const struct reading *r)
{
	snprintf(r->error, r->error_cap, "%s: %s", r->path, log_reader_error(r->reader));
	return -1;
}

/* Feed all of ${fd}. */
static int feed(const struct reading *r, int fd)
{
	char chunk[CHUNK_BYTES];
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(r, "read");
		if (n == 0)
			return log_reader_end(r->reader) ? 0 : told(r);
		if (!log_reader_feed(r->reader, chunk, (size_t)n))
			return told(r);
	}
}

/* This program again, for one event file. */
static int feed_evtx(const struct reading *r)
{
	pid_t pid;
	int status, out = log_evtx_spawn("/proc/self/exe", r->path, &pid);
	if (out < 0)
		return failed(r, "start a reader for");
	int result = feed(r, out);
	close(out);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return result;
}

/* Whether ${fd} begins like an event file; its place stays where it was. */
static bool is_evtx(int fd)
{
	char head[HEAD_BYTES];
	ssize_t n = pread(fd, head, sizeof head, 0);
	return n > 0 && log_evtx_is_head(head, (size_t)n);
}

static int read_all(const struct reading *r)
{
	int fd = open(r->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failed(r, "open");
	int result = is_evtx(fd) ? feed_evtx(r) : feed(r, fd);
	close(fd);
	return result;
}

int log_file_read(const char *path, const struct log_options *options, const struct log_sink *sink,
		  char format[LOG_FILE_FORMAT_BYTES], char *error, size_t error_cap)
{
	struct reading r = { path, log_reader_new(options, sink), error, error_cap };
	format[0] = '\0';
	if (r.reader == NULL) {
		snprintf(error, error_cap, "%s: there is no log format %s", path, options->format != NULL ? options->format : "");
		return -1;
	}
	int result = read_all(&r);
	if (log_reader_format(r.reader) != NULL)
		snprintf(format, LOG_FILE_FORMAT_BYTES, "%s", log_reader_format(r.reader));
	log_reader_free(r.reader);
	return result;
}
