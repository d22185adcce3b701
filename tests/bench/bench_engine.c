/* bench_engine RECORDING...: each recording by itself, from frames to events, without and with their encoding. */
#include "sensor/batch.h"
#include "tests/bench/measure.h"
#include "tests/lib/recut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct subject {
	struct engine *engine;
	struct frames frames;
	struct batch batch;
};

static void forget(void *ctx, const Ev__Event *event)
{
	(void)ctx;
	(void)event;
}

static void encode(void *ctx, const Ev__Event *event)
{
	struct subject *s = ctx;

	if (batch_add(&s->batch, event) == 0)
		return;
	batch_clear(&s->batch);
	batch_add(&s->batch, event);
}

/* The connections end with each play, and the next begins them anew. */
static void play(void *ctx)
{
	struct subject *s = ctx;

	for (size_t i = 0; i < s->frames.n; i++)
		engine_feed(s->engine, &s->frames.of[i]);
	engine_end(s->engine);
}

static void measure_with(struct subject *s, const char *what, event_fn emit)
{
	size_t bytes = 0;

	s->engine = engine_new(&limits_default, emit, s);
	if (s->engine == NULL)
		abort();
	for (size_t i = 0; i < s->frames.n; i++)
		bytes += s->frames.of[i].bytes.n;
	measure(&(struct measured){ "engine", what, s->frames.n, bytes, play, s });
	engine_free(s->engine);
}

/* The folder's name: tests/golden/NAME/capture.pcap. */
static const char *name_of(const char *path, char name[64])
{
	const char *end = strrchr(path, '/'), *begin = end;

	while (begin != NULL && begin > path && begin[-1] != '/')
		begin--;
	snprintf(name, 64, "%.*s", begin != NULL ? (int)(end - begin) : (int)strlen(path), begin != NULL ? begin : path);
	return name;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct subject s = { .frames = frames_read(argv[i]) };
		char name[64], what[96];

		batch_init(&s.batch, 1);
		measure_with(&s, name_of(argv[i], name), forget);
		snprintf(what, sizeof(what), "%s, events encoded", name);
		measure_with(&s, what, encode);
		batch_fini(&s.batch);
		frames_free(&s.frames);
	}
	return EXIT_SUCCESS;
}
