#include "sensor/send.h"

#include "proto/base/log.h"
#include "sensor/confine.h"
#include "sensor/sandbox.h"
#include "sensor/uplink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	ERROR_BYTES = 512,
	FRAMES_AT_ONCE = 64,	/* spooled before the uplink has its turn: one fdatasync for all of them */
	IDLE_MS = 1000,
};

/* Behind this no program can be started, nor anything be changed that is the system's. */
static void confine_to_self(void)
{
	char error[256];
	if (confine(CONFINE_TO_SELF, error, sizeof error) < 0)
		log_warning("%s; it goes on without a filter of its system calls", error);
}

/* Keys and directory first, while we may reach them; then the spool in it, as the user we stay. */
static struct spool *prepare(const struct live_options *o, struct uplink **uplink, char *error, size_t error_cap)
{
	struct sandbox_user user;
	*uplink = uplink_new(&o->uplink, error, error_cap);
	if (!*uplink || sandbox_find(o->user, &user, error, error_cap) < 0)
		return NULL;
	int dir = spool_directory(o->spool_dir, error, error_cap);
	if (dir < 0)
		return NULL;
	if (sandbox_hand_over(dir, &user) < 0)
		log_warning("hand the spool %s over to user %u: %s", o->spool_dir, user.uid, strerror(errno));
	if (sandbox_become(&user, error, error_cap) == 0) {
		confine_to_self();
		return spool_open(dir, o->spool_dir, o->spool_bytes, error, error_cap);
	}
	close(dir);
	return NULL;
}

/* Tell [parse] where numbers go on. */
static int greet(int fd, const struct spool *spool)
{
	char software[] = "";
	uint8_t body[64];
	Ev__Hello hello = EV__HELLO__INIT;
	hello.protocol = FRAME_VERSION;
	hello.software = software;
	hello.epoch = spool_epoch(spool);
	hello.next_seq = spool_next_seq(spool);
	return channel_write(fd, FRAME_HELLO, body, ev__hello__pack(&hello, body));
}

/* Spool what has come, a bounded amount at a time. */
static enum channel_got take(struct channel_reader *reader, struct spool *spool)
{
	enum channel_got got = CHANNEL_NOTHING;
	for (int i = 0; i < FRAMES_AT_ONCE; i++) {
		got = channel_read(reader);
		if (got != CHANNEL_FRAME)
			break;
		spool_append(spool, reader->body, reader->frame.n);	/* counts and says what it cannot take */
	}
	return got;
}

static int serve(struct uplink *uplink, struct spool *spool, int fd, struct channel_page *page)
{
	struct channel_reader reader = { .fd = fd };
	enum channel_got got = CHANNEL_NOTHING;
	while (got == CHANNEL_NOTHING || got == CHANNEL_FRAME) {
		if (uplink_wait(uplink, fd, IDLE_MS))
			got = take(&reader, spool);
		channel_publish(page, spool_stats(spool));
	}
	channel_reader_fini(&reader);
	return got == CHANNEL_END ? 0 : -1;
}

/* The spool keeps everything, so from here on a signal may simply end us. */
static bool drain(struct uplink *uplink, const struct live_options *o, int wait_ms)
{
	signal(SIGTERM, SIG_DFL);
	if (uplink_drain(uplink, wait_ms))
		return true;
	log_warning("not everything was delivered; the rest waits in the spool %s for the next start%s%s", o->spool_dir,
		    uplink_refusal(uplink) ? ": " : "", uplink_refusal(uplink) ? uplink_refusal(uplink) : "");
	return false;
}

int send_run(const struct live_options *o, int fd, struct channel_page *page, const struct send_end *end)
{
	char error[ERROR_BYTES] = "";
	struct uplink *uplink = NULL;
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	struct spool *spool = prepare(o, &uplink, error, sizeof error);
	if (!spool) {
		log_error("%s", error);
		if (uplink)
			uplink_free(uplink);
		return 1;
	}
	uplink_serve(uplink, spool);
	int result = greet(fd, spool);
	if (result == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0)
		result = serve(uplink, spool, fd, page);
	bool delivered = drain(uplink, o, end->wait_ms);
	uplink_free(uplink);
	spool_close(spool);
	return result == 0 && (delivered || !end->must_deliver) ? 0 : 1;
}
