/* The same events whichever way segments are cut: over the recorded cases and, where they are at hand, the public captures. */
#include "proto/codec.h"
#include "tests/lib/recut.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 3 };

/* Events as lines of JSON. */
struct lines {
	char *text;
	size_t n, cap;
	unsigned n_lines;
	bool has_times, has_link;
};

static void append(struct lines *l, const char *text)
{
	size_t n = strlen(text);

	while (l->n + n + 2 > l->cap) {
		l->cap = l->cap != 0 ? 2 * l->cap : 65536;
		l->text = realloc(l->text, l->cap);
		cr_assert_not_null(l->text);
	}
	memcpy(l->text + l->n, text, n);
	l->n += n;
	l->text[l->n++] = '\n';
	l->text[l->n] = '\0';
	l->n_lines++;
}

static void drop_times(json_t *event)
{
	json_object_del(event, "time");
	json_object_del(event, "response_time");
	json_object_del(json_object_get(event, "body"), "last_time");
}

static void drop_link(json_t *event)
{
	static const char *const ends[] = { "client", "server" };

	for (int i = 0; i < 2; i++) {
		json_object_del(json_object_get(event, ends[i]), "mac");
		json_object_del(json_object_get(event, ends[i]), "vlan");
	}
}

static void collect(void *ctx, const Ev__Event *event)
{
	struct lines *l = ctx;
	char why[256] = "", *text;
	json_t *json;

	cr_assert(codec_event_valid(event, why, sizeof(why)), "%s", why);
	if (event->body_case == EV__EVENT__BODY_FLOW_SUMMARY || event->body_case == EV__EVENT__BODY_SENSOR_HEALTH)
		return;
	json = codec_event_json(event, NULL, NULL);
	json_object_del(json, "seq");
	if (!l->has_times)
		drop_times(json);
	if (!l->has_link)
		drop_link(json);
	text = json_dumps(json, JSON_COMPACT);
	append(l, text);
	free(text);
	json_decref(json);
}

/* What the sensor says about ${frames}. */
static struct lines events_of(const struct frames *frames, bool has_times, bool has_link)
{
	struct lines lines = { .has_times = has_times, .has_link = has_link };
	struct engine *e = engine_new(&limits_default, collect, &lines);

	cr_assert_not_null(e);
	for (size_t i = 0; i < frames->n; i++)
		engine_feed(e, &frames->of[i]);
	engine_end(e);
	engine_free(e);
	if (lines.text == NULL)
		append(&lines, "");
	return lines;
}

static const char *first_difference(const char *a, const char *b)
{
	const char *line = a;

	for (; *a != '\0' && *a == *b; a++, b++)
		line = *a == '\n' ? a + 1 : line;
	return line;
}

static size_t line_length(const char *line)
{
	return strcspn(line, "\n");
}

static void compare(const char *path, const struct frames *frames, const struct recut *way, uint32_t seed)
{
	struct frames rewritten = { .n = 0 };
	struct lines expected = events_of(frames, way->keeps_times, way->keeps_link), got;
	const char *a, *b;

	way->rewrite(frames, seed, &rewritten);
	got = events_of(&rewritten, way->keeps_times, way->keeps_link);
	a = first_difference(expected.text, got.text);
	b = got.text + (a - expected.text);
	cr_expect_str_eq(a, b, "%s, %s, seed %u: %u events became %u; the first that differs:\n%.*s\n%.*s", path, way->name, seed,
			 expected.n_lines, got.n_lines, (int)line_length(a), a, (int)line_length(b), b);
	free(expected.text);
	free(got.text);
	frames_free(&rewritten);
}

/* Compare every capture that ${pattern} matches; how many those are. */
static size_t compare_all(const char *pattern)
{
	glob_t found = { .gl_pathc = 0 };
	size_t n = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;

	for (size_t i = 0; i < n; i++) {
		struct frames frames = frames_read(found.gl_pathv[i]);

		frames_renew_sums(&frames);
		for (size_t way = 0; way < n_recuts; way++)
			for (uint32_t seed = 1; seed <= SEEDS; seed++)
				compare(found.gl_pathv[i], &frames, &recuts[way], seed);
		frames_free(&frames);
	}
	globfree(&found);
	return n;
}

Test(recut, recorded_cases_give_the_same_events_however_they_are_cut)
{
	cr_expect_geq(compare_all("tests/golden/*/capture.pcap"), 12);
}

Test(recut, public_captures_give_the_same_events_however_they_are_cut)
{
	if (compare_all("../shared/captures/*cap") == 0)
		cr_skip_test("../shared/captures is not there");
}
