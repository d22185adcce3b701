#include "sensor/live.h"

#include "proto/base/log.h"
#include "sensor/channel.h"
#include "sensor/parse.h"
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

struct child {
	const char *name;
	pid_t pid;	/* 0 once it has ended */
};

struct family {
	struct child parse, send;
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

static void on_end(struct family *f, struct child *child, int status)
{
	child->pid = 0;
	if (WIFSIGNALED(status) && !(f->signals > 1 && WTERMSIG(status) == SIGTERM))
		log_error("the %s process was ended by signal %d (%s)", child->name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		f->bad = true;
	if (child == &f->send)
		signal_child(&f->parse, SIGTERM);
}

static void reap(struct family *f)
{
	int status;
	for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
		if (pid == f->parse.pid)
			on_end(f, &f->parse, status);
		else if (pid == f->send.pid)
			on_end(f, &f->send, status);
	}
}

static int supervise(struct family *f, const sigset_t *signals)
{
	while (f->parse.pid > 0 || f->send.pid > 0) {
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
	int ends[2];	/* [parse]'s and [send]'s */
	sigset_t before;
};

static int be_parse(const struct birth *b)
{
	close(b->ends[1]);
	if (mprotect(b->page, sizeof *b->page, PROT_READ) < 0)
		return failed("protect the shared page");
	int status = parse_run(b->options, b->source, b->ends[0], b->page);
	b->source->close(b->source->ctx);
	return status;
}

static int be_send(const struct birth *b)
{
	close(b->ends[0]);
	b->source->close(b->source->ctx);
	struct send_end end = {
		.wait_ms = b->source->is_file ? LIVE_DRAIN_FILE_MS : LIVE_DRAIN_MS,
		.must_deliver = b->source->is_file,
	};
	return send_run(b->options, b->ends[1], b->page, &end);
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

static int run(struct birth *b)
{
	struct family f = { .parse = { .name = "sensor-parse" }, .send = { .name = "sensor-send" } };
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, &b->before);
	int status = start(&f.parse, b, be_parse) < 0 || start(&f.send, b, be_send) < 0 ? failed("start a process") : 0;
	close(b->ends[0]);
	close(b->ends[1]);
	b->source->close(b->source->ctx);
	int ended = supervise(&f, &signals);
	sigprocmask(SIG_SETMASK, &b->before, NULL);
	return status ? status : ended;
}

int live_run(const struct live_options *o, const struct live_source *source)
{
	struct birth b = { .options = o, .source = source };
	b.page = mmap(NULL, sizeof *b.page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b.page == MAP_FAILED)
		return failed("map a shared page");
	int status = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, b.ends) < 0 ? failed("make a pipe") : run(&b);
	munmap(b.page, sizeof *b.page);
	return status;
}
