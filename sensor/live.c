#include "sensor/live.h"

#include "proto/base/log.h"
#include "sensor/channel.h"
#include "sensor/keep.h"
#include "sensor/parse.h"
#include "sensor/quarantine.h"
#include "sensor/send.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEEP_BUFFER_BYTES = 4 << 20 };	/* what copies wait in: 30 ms of a Gbit/s that is all executables */

struct child {
	const char *name;
	pid_t pid;	/* 0 once it has ended */
};

struct family {
	struct child parse, send, keep;
	bool bad;	/* one of them ended badly */
	int signals;	/* how often we were asked to end */
};

static int failed(const char *act)
{
	log_error("%s: %s", act, strerror(errno));
	return 1;
}

/* ---- watching over them ----------------------------------------------------------------------------------------- */

static void signal_child(const struct child *child, int number)
{
	if (child->pid > 0)
		kill(child->pid, number);
}

/* [parse] ends the orderly way at the first signal; a second one also ends [send]'s wait for the collector. */
static void on_stop(struct family *f)
{
	f->signals++;
	signal_child(&f->parse, SIGTERM);
	if (f->signals > 1)
		signal_child(&f->send, SIGTERM);
}

/* Of [keep]: it never kept anything, and whoever asked for copies shall know at once. */
static bool is_failed_start(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == KEEP_NOT_STARTED;
}

/* Without [parse] or [send] there is nothing left to do; without copies there is. */
static void on_end(struct family *f, struct child *child, int status)
{
	child->pid = 0;
	if (WIFSIGNALED(status) && !(f->signals > 1 && WTERMSIG(status) == SIGTERM))
		log_error("the %s process was ended by signal %d (%s)", child->name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		f->bad = true;
	if (child == &f->keep && f->parse.pid > 0 && !is_failed_start(status))
		log_warning("extract: the process that keeps copies has ended; no more are kept until the sensor is started again");
	else if (child != &f->parse)
		signal_child(&f->parse, SIGTERM);
}

static void reap(struct family *f)
{
	struct child *const all[] = { &f->parse, &f->send, &f->keep };
	int status;
	for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG))
		for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
			if (pid == all[i]->pid)
				on_end(f, all[i], status);
}

static int supervise(struct family *f, const sigset_t *signals)
{
	while (f->parse.pid > 0 || f->send.pid > 0 || f->keep.pid > 0) {
		int number = sigwaitinfo(signals, NULL);
		if (number == SIGCHLD)
			reap(f);
		else if (number > 0)
			on_stop(f);
	}
	return f->bad ? 1 : 0;
}

/* ---- starting them ---------------------------------------------------------------------------------------------- */

struct birth {
	const struct live_options *options;
	const struct live_source *source;
	struct channel_page *page;
	struct quarantine *quarantine;	/* NULL: there is no [keep] */
	int ends[2];		/* [parse]'s and [send]'s */
	int keep_ends[2];	/* [parse]'s and [keep]'s; -1 without it */
	sigset_t before;
};

static void close_pair(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static int be_parse(const struct birth *b)
{
	close(b->ends[1]);
	close(b->keep_ends[1]);
	quarantine_close(b->quarantine);
	if (mprotect(b->page, sizeof *b->page, PROT_READ) < 0)
		return failed("protect the shared page");
	const struct parse_ends ends = { .send = b->ends[0], .keep = b->keep_ends[0], .page = b->page };
	int status = parse_run(b->options, b->source, &ends);
	b->source->close(b->source->ctx);
	return status;
}

static int be_send(const struct birth *b)
{
	close(b->ends[0]);
	close_pair(b->keep_ends);
	quarantine_close(b->quarantine);
	b->source->close(b->source->ctx);
	struct send_end end = {
		.wait_ms = b->source->is_file ? LIVE_DRAIN_FILE_MS : LIVE_DRAIN_MS,
		.must_deliver = b->source->is_file,
	};
	return send_run(b->options, b->ends[1], b->page, &end);
}

static int be_keep(const struct birth *b)
{
	close_pair(b->ends);
	close(b->keep_ends[0]);
	munmap(b->page, sizeof *b->page);
	b->source->close(b->source->ctx);
	int status = keep_run(b->quarantine, b->options->user, b->keep_ends[1]);
	quarantine_close(b->quarantine);
	return status;
}

static int start(struct child *child, const struct birth *b, int (*be)(const struct birth *))
{
	child->pid = fork();
	if (child->pid != 0)
		return child->pid < 0 ? -1 : 0;
	sigprocmask(SIG_SETMASK, &b->before, NULL);
	prctl(PR_SET_NAME, child->name);
	_exit(be(b));
}

static int start_all(struct family *f, const struct birth *b)
{
	if (start(&f->parse, b, be_parse) < 0 || start(&f->send, b, be_send) < 0 ||
	    (b->quarantine && start(&f->keep, b, be_keep) < 0))
		return failed("start a process");
	return 0;
}

static int run(struct birth *b)
{
	struct family f = { .parse = { .name = "sensor-parse" }, .send = { .name = "sensor-send" }, .keep = { .name = "sensor-keep" } };
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, &b->before);
	int status = start_all(&f, b);
	close_pair(b->ends);
	close_pair(b->keep_ends);
	b->source->close(b->source->ctx);
	int ended = supervise(&f, &signals);
	sigprocmask(SIG_SETMASK, &b->before, NULL);
	return status ? status : ended;
}

/* The folder, and the socket over which copies come. Nothing to do without --extract. */
static int prepare_keep(struct birth *b)
{
	const int room = KEEP_BUFFER_BYTES;
	char error[512];
	if (!b->options->extract_dir)
		return 0;
	b->quarantine = quarantine_open(b->options->extract_dir, b->options->extract_bytes, error, sizeof error);
	if (!b->quarantine) {
		log_error("%s", error);
		return 1;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, b->keep_ends) < 0)
		return failed("make a socket for copies");
	/* Beyond what anybody may ask for only with the right to; what can be had is good enough. */
	if (setsockopt(b->keep_ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0)
		setsockopt(b->keep_ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	return 0;
}

int live_run(const struct live_options *o, const struct live_source *source)
{
	struct birth b = { .options = o, .source = source, .keep_ends = { -1, -1 } };
	b.page = mmap(NULL, sizeof *b.page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b.page == MAP_FAILED)
		return failed("map a shared page");
	int status = prepare_keep(&b);
	if (status == 0)
		status = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b.ends) < 0 ? failed("make a pipe") : run(&b);
	quarantine_close(b.quarantine);
	munmap(b.page, sizeof *b.page);
	return status;
}
