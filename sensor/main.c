/* ashiato-sensor: read the command line, open what it names, hand over. */
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/curve.h"
#include "sensor/capture.h"
#include "sensor/listing.h"
#include "sensor/options.h"
#include "sensor/print.h"
#include "sensor/replay.h"

#include <string.h>
#include <sys/stat.h>

enum { EXIT_USAGE = 2 };

static int print_list(const struct options *o)
{
	if (listing_print(o->list, stdout) == 0)
		return 0;
	log_error("--list %s: no such table; there are counters, operations and protocols", o->list);
	return EXIT_USAGE;
}

/* ---- a key pair ---- */

static int make_keys(const struct options *o)
{
	struct curve_pair pair;
	char error[512];

	if (curve_generate(&pair, error, sizeof(error)) < 0 || curve_save(o->keygen, &pair, error, sizeof(error)) < 0) {
		log_error("%s", error);
		return EXIT_USAGE;
	}
	printf("secret key: %s (keep it on this sensor)\npublic key: %s.pub\n"
	       "now, on the collector: ashiato-collector sensor add NAME --site SITE --key '%s' --data DIR\n",
	       o->keygen, o->keygen, pair.public_key);
	curve_wipe(&pair);
	return 0;
}

/* ---- the two kinds of source, as live.h wants them ---- */

static enum live_next live_of(enum capture_next next)
{
	static const enum live_next same[] = {
		[CAPTURE_PACKET] = LIVE_PACKET,
		[CAPTURE_NOTHING] = LIVE_NOTHING,
		[CAPTURE_END] = LIVE_END,
		[CAPTURE_FAILED] = LIVE_FAILED,
	};

	return same[next];
}

static enum live_next device_next(void *ctx, int timeout_ms, struct packet *out)
{
	enum capture_next next = capture_next(ctx, timeout_ms, out);

	if (next == CAPTURE_NOTHING)
		out->time_ns = clock_now_ns();
	if (next == CAPTURE_FAILED)
		log_error("%s; start the sensor again once it is back", capture_problem(ctx));
	return live_of(next);
}

static void device_facts(void *ctx, struct capture_facts *out)
{
	capture_facts(ctx, out);
}

static void device_close(void *ctx)
{
	capture_close(ctx);
}

/* A file that could not be opened was named already; the others are delivered, the program's end tells. */
static enum live_next replay_next_live(void *ctx, int timeout_ms, struct packet *out)
{
	enum capture_next next = replay_next(ctx, timeout_ms, out);

	return next == CAPTURE_END && replay_unread(ctx) != 0 ? LIVE_FAILED : live_of(next);
}

static void replay_facts_live(void *ctx, struct capture_facts *out)
{
	replay_facts(ctx, out);
}

static void replay_close_live(void *ctx)
{
	replay_free(ctx);
}

static struct live_source open_device(const struct options *o)
{
	char error[512];
	struct capture *c = capture_open_device(o->device, o->filter, error, sizeof(error));

	if (c == NULL)
		log_error("%s", error);
	return (struct live_source){ c, false, device_next, device_facts, device_close };
}

/* Standard input and pipes can be read only once. */
static bool is_read_once(const char *path)
{
	struct stat status;

	return strcmp(path, "-") == 0 || (stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode));
}

/* Say now, not in the middle of the replay, which file cannot be read. */
static int check_files(const struct options *o)
{
	char error[512];

	for (size_t i = 0; i < o->n_paths; i++) {
		struct capture *c = NULL;

		if (is_read_once(o->paths[i]))
			continue;
		c = capture_open_file(o->paths[i], o->filter, error, sizeof(error));
		if (c == NULL) {
			log_error("%s", error);
			return -1;
		}
		capture_close(c);
	}
	return 0;
}

static struct live_source open_files(const struct options *o)
{
	const struct replay_options replayed = { .paths = o->paths, .n_paths = o->n_paths, .filter = o->filter,
						 .is_paced = o->is_paced, .is_rebased = o->is_rebased };
	struct replay *r = NULL;

	if (check_files(o) == 0 && (r = replay_new(&replayed)) == NULL)
		log_error("out of memory");
	return (struct live_source){ r, true, replay_next_live, replay_facts_live, replay_close_live };
}

static int run_live(const struct options *o)
{
	struct live_source source = o->device != NULL ? open_device(o) : open_files(o);

	return source.ctx != NULL ? live_run(&o->live, &source) : EXIT_USAGE;
}

/* ---- modes ---- */

static int print_help(const struct options *o)
{
	(void)o;
	options_help(stdout);
	return 0;
}

static int print_version(const struct options *o)
{
	(void)o;
	puts("ashiato-sensor " ASHIATO_VERSION);
	return 0;
}

int main(int argc, char **argv)
{
	static int (*const run[])(const struct options *) = {
		[OPTIONS_HELP] = print_help,
		[OPTIONS_VERSION] = print_version,
		[OPTIONS_LIST] = print_list,
		[OPTIONS_KEYGEN] = make_keys,
		[OPTIONS_PRINT] = print_files,
		[OPTIONS_LIVE] = run_live,
	};
	struct options o;

	if (options_read(&o, argc, argv) != 0) {
		log_error("%s", o.error);
		return EXIT_USAGE;
	}
	return run[o.mode](&o);
}
