#include "sensor/engine.h"

#include "proto/codec.h"
#include "sensor/core/link.h"
#include "tests/lib/packets.h"
#include "tests/lib/recut.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define recorded "tests/golden/psexec-impacket-pth/capture.pcap"

/* What came out. */
struct seen {
	uint64_t n, first_seq, last_seq;
	uint64_t of_kind[64];
	uint64_t fingerprint;
	Ev__SensorHealth health;
	char link_type[32], ended_by[32];
};

static void on_event(void *ctx, const Ev__Event *event)
{
	struct seen *s = ctx;
	char why[256] = "";

	cr_assert(codec_event_valid(event, why, sizeof(why)), "%s", why);
	cr_expect(s->n == 0 || event->seq == s->last_seq + 1);
	s->first_seq = s->n == 0 ? event->seq : s->first_seq;
	s->last_seq = event->seq;
	s->n++;
	s->of_kind[event->body_case]++;
	s->fingerprint = s->fingerprint * 31 + (uint64_t)event->time + (uint64_t)event->body_case;
	if (event->body_case == EV__EVENT__BODY_FLOW_SUMMARY)
		snprintf(s->ended_by, sizeof(s->ended_by), "%s", event->flow_summary->ended_by);
	if (event->body_case == EV__EVENT__BODY_SENSOR_HEALTH) {
		s->health = *event->sensor_health;
		snprintf(s->link_type, sizeof(s->link_type), "%s", event->sensor_health->link_type);
	}
}

static struct engine *engine_of(const struct limits *limits, struct seen *seen)
{
	struct engine *e = engine_new(limits, on_event, seen);

	cr_assert_not_null(e);
	return e;
}

static void feed(struct engine *e, const struct frames *frames, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		engine_feed(e, &frames->of[i]);
}

static struct seen events_of(const struct frames *frames, const struct limits *limits)
{
	struct seen seen = { .n = 0 };
	struct engine *e = engine_of(limits, &seen);

	feed(e, frames, 0, frames->n);
	engine_end(e);
	engine_health(e, &(struct capture_facts){ .truncated = true, .link_type = "EN10MB", .dropped_kernel = 3 }, 5);
	engine_free(e);
	return seen;
}

Test(engine, events_are_numbered_from_one_or_where_a_spool_left_off)
{
	struct frames frames = frames_read(recorded);
	struct seen seen = events_of(&frames, &limits_default);
	struct engine *e;

	cr_expect_gt(seen.n, 10);
	cr_expect_eq(seen.first_seq, 1);
	seen = (struct seen){ .n = 0 };
	e = engine_of(&limits_default, &seen);
	engine_continue(e, 1000);
	feed(e, &frames, 0, frames.n);
	engine_free(e);
	cr_expect_eq(seen.first_seq, 1000);
	frames_free(&frames);
}

Test(engine, health_states_what_was_counted)
{
	struct frames frames = frames_read(recorded);
	struct seen seen = events_of(&frames, &limits_default);

	cr_expect_eq(seen.of_kind[EV__EVENT__BODY_SENSOR_HEALTH], 1);
	cr_expect_eq(seen.health.packets, frames.n);
	cr_expect_eq(seen.health.events, seen.n - 1);
	cr_expect_eq(seen.health.dropped_kernel, 3);
	cr_expect_eq(seen.health.flows, 0);
	cr_expect(seen.health.truncated);
	cr_expect_str_eq(seen.link_type, "EN10MB");
	frames_free(&frames);
}

Test(engine, the_key_of_the_table_does_not_show)
{
	struct frames frames = frames_read(recorded);
	struct seen expected = events_of(&frames, &limits_default), seen = { .n = 0 };
	struct engine *e = engine_of(&limits_default, &seen);

	cr_assert(engine_seed(e, (const uint64_t[2]){ 0x0123456789ABCDEF, 42 }));
	feed(e, &frames, 0, frames.n);
	engine_end(e);
	engine_health(e, &(struct capture_facts){ .link_type = "" }, 5);
	engine_free(e);
	cr_expect_eq(seen.fingerprint, expected.fingerprint);
	frames_free(&frames);
}

Test(engine, a_capture_may_begin_and_end_anywhere)
{
	struct frames frames = frames_read(recorded);

	for (size_t first = 0; first < frames.n; first += 7) {
		struct seen seen = { .n = 0 };
		struct engine *e = engine_of(&limits_default, &seen);

		feed(e, &frames, first, first + (frames.n - first) / 2);
		engine_end(e);
		cr_expect(seen.n == 0 || seen.of_kind[EV__EVENT__BODY_FLOW_SUMMARY] > 0);
		engine_free(e);
	}
	frames_free(&frames);
}

Test(engine, lost_packets_are_counted_as_gaps)
{
	struct frames frames = frames_read(recorded), some = { .n = 0 };
	struct seen seen;

	some.of = frames.of;
	for (size_t every = 5; every < 30; every += 3) {
		struct packet *kept = calloc(frames.n, sizeof(*kept));

		some.n = 0;
		for (size_t i = 0; i < frames.n; i++)
			if (i % every != 4)
				kept[some.n++] = frames.of[i];
		some.of = kept;
		seen = events_of(&some, &limits_default);
		cr_expect_gt(seen.health.gaps, 0);
		free(kept);
	}
	frames_free(&frames);
}

Test(engine, packets_cut_by_a_snap_length_do_no_harm)
{
	struct frames frames = frames_read(recorded);
	struct seen seen;

	for (size_t i = 0; i < frames.n; i++)
		frames.of[i].bytes = view_first(frames.of[i].bytes, 96);
	seen = events_of(&frames, &limits_default);
	cr_expect_gt(seen.health.gaps, 0);
	frames_free(&frames);
}

Test(engine, memory_stays_within_its_limit)
{
	struct frames frames = frames_read(recorded);
	struct limits limits = limits_default;

	limits.flows = 16;
	limits.arena_bytes = 64 << 10;
	for (limits.memory_bytes = 16 << 10; limits.memory_bytes <= 1 << 20; limits.memory_bytes *= 2) {
		struct seen seen = { .n = 0 };
		struct engine *e = engine_new(&limits, on_event, &seen);

		cr_assert_not_null(e);
		for (size_t i = 0; i < frames.n; i++) {
			engine_feed(e, &frames.of[i]);
			engine_health(e, &(struct capture_facts){ .link_type = "" }, 5);
			cr_assert_leq(seen.health.memory_bytes, limits.memory_bytes + limits.arena_bytes);
		}
		engine_free(e);
	}
	frames_free(&frames);
}

Test(engine, a_limit_too_small_for_the_tables_gives_no_engine)
{
	struct limits limits = limits_default;
	struct seen seen;

	limits.memory_bytes = 1024;
	cr_expect_null(engine_new(&limits, on_event, &seen));
}

Test(engine, silence_ends_connections_when_the_clock_says_so)
{
	struct frames frames = frames_read(recorded);
	struct seen seen = { .n = 0 };
	struct engine *e = engine_of(&limits_default, &seen);
	uint64_t before;

	feed(e, &frames, 0, frames.n / 2);
	before = seen.of_kind[EV__EVENT__BODY_FLOW_SUMMARY];
	engine_tick(e, frames.of[frames.n / 2].time_ns + 2 * limits_default.idle_ns);
	cr_expect_gt(seen.of_kind[EV__EVENT__BODY_FLOW_SUMMARY], before);
	cr_expect_str_eq(seen.ended_by, "idle");
	engine_free(e);
	frames_free(&frames);
}

/* Put ${port} in place of the ports 139, 445 and 135. */
static void move_ports(struct frames *frames, uint16_t port)
{
	for (size_t i = 0; i < frames->n; i++) {
		uint8_t *tcp = (uint8_t *)(uintptr_t)frames->of[i].bytes.bytes + 14 + 20;

		for (int end = 0; end < 4; end += 2)
			if (tcp[end] == 0 && (tcp[end + 1] == 139 || tcp[end + 1] == 135))
				tcp[end] = (uint8_t)(port >> 8);
			else if (tcp[end] == 1 && tcp[end + 1] == 189)
				tcp[end] = (uint8_t)(port >> 8);
	}
}

Test(engine, protocols_are_found_on_any_port)
{
	static const char *const cases[] = { recorded, "tests/golden/port-139/capture.pcap", "tests/golden/psexec-samba/capture.pcap" };

	for (int i = 0; i < 3; i++) {
		struct frames frames = frames_read(cases[i]);
		struct seen expected = events_of(&frames, &limits_default), seen;

		move_ports(&frames, 0x2F00);
		seen = events_of(&frames, &limits_default);
		cr_expect_eq(seen.n, expected.n, "%s: %zu events became %zu", cases[i], (size_t)expected.n, (size_t)seen.n);
		frames_free(&frames);
	}
}

Test(engine, link_types_and_protocols_can_be_asked_for)
{
	cr_expect(engine_knows_link(1));
	cr_expect_not(engine_knows_link(105));
	cr_expect_str_eq(engine_protocol(0), "smb");
	cr_expect_str_eq(engine_protocol(1), "rpc");
	cr_expect_str_eq(engine_protocol(2), "ncacn_http");
	cr_expect_str_eq(engine_protocol(3), "kerberos");
	cr_expect_null(engine_protocol(4));
}

/* ---- UDP ---- */

/* A KRB-ERROR "ticket expired" for krbtgt/R, as small as one can be: 0x7e, SEQUENCE, fields 0, 1, 4, 5, 6, 9, 10. */
#define ERROR_MESSAGE \
	"\x7e\x46\x30\x44\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x11\x18\x0f" \
	"20261123040000Z" \
	"\xa5\x03\x02\x01\x00\xa6\x03\x02\x01\x20\xa9\x03\x1b\x01R" \
	"\xaa\x16\x30\x14\xa0\x03\x02\x01\x01\xa1\x0d\x30\x0b\x1b\x06krbtgt\x1b\x01R"

enum { KDC = 0x0A000001, CLIENT = 0x0A000002 };

/* The UDP datagram of a KDC: header and message. */
static struct view kdc_datagram(uint16_t source_port, uint8_t out[128])
{
	size_t n = sizeof(ERROR_MESSAGE) - 1;

	out[0] = (uint8_t)(source_port >> 8);
	out[1] = (uint8_t)source_port;
	out[2] = 0xC0;
	out[3] = 1;
	out[4] = 0;
	out[5] = (uint8_t)(8 + n);
	out[6] = out[7] = 0;
	memcpy(out + 8, ERROR_MESSAGE, n);
	return view_of(out, 8 + n);
}

/* The counters after one datagram in pieces of ${piece} bytes, the last one first if ${backwards}. */
static struct counts counts_of_udp(uint16_t source_port, size_t piece, bool backwards)
{
	uint8_t datagram[128], frame[256];
	struct view whole = kdc_datagram(source_port, datagram);
	size_t n_pieces = (whole.n + piece - 1) / piece;
	struct seen seen = { .n = 0 };
	struct engine *e = engine_of(&limits_default, &seen);
	struct counts counts;

	for (size_t i = 0; i < n_pieces; i++) {
		size_t at = (backwards ? n_pieces - 1 - i : i) * piece;
		struct view part = view_first(view_after(whole, at), piece);
		struct view bytes = packets_ipv4_fragment(KDC, CLIENT, 7, at, at + piece < whole.n, part, frame);

		frame[9] = 17;
		engine_feed(e, &(struct packet){ .time_ns = 1, .bytes = bytes, .wire_bytes = (uint32_t)bytes.n, .link_type = LINK_RAW });
	}
	counts = *engine_counts(e);
	engine_free(e);
	return counts;
}

Test(engine, kerberos_over_udp_is_found_on_any_port)
{
	cr_expect_eq(counts_of_udp(88, 128, false).of[COUNT_KRB_MESSAGES], 1);
	cr_expect_eq(counts_of_udp(8888, 128, false).of[COUNT_KRB_MESSAGES], 1);
	cr_expect_eq(counts_of_udp(8888, 128, false).of[COUNT_IP_OTHER], 0);
}

Test(engine, fragments_of_udp_are_kept_for_kerberos_only)
{
	cr_expect_eq(counts_of_udp(88, 32, false).of[COUNT_KRB_MESSAGES], 1);
	cr_expect_eq(counts_of_udp(8888, 32, false).of[COUNT_KRB_MESSAGES], 0);
	cr_expect_eq(counts_of_udp(8888, 32, false).of[COUNT_IP_OTHER], 3);
	cr_expect_eq(counts_of_udp(88, 32, true).of[COUNT_IP_OTHER], 2, "a piece without ports may be anything");
}
