#include "sensor/replay.h"

#include "proto/base/clock.h"
#include "sensor/core/link.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* ---- captures made by hand: pcap-savefile(5), in this machine's byte order ---- */

enum { MICROSECONDS = (int)0xA1B2C3D4, NANOSECONDS = (int)0xA1B23C4D };

struct stored {
	uint8_t bytes[512];
	size_t n;
};

static struct stored stored;

static void put_u32(uint32_t value)
{
	memcpy(stored.bytes + stored.n, &value, 4);
	stored.n += 4;
}

static void begin(uint32_t magic, uint32_t link_type)
{
	stored.n = 0;
	put_u32(magic);
	put_u32(4u << 16 | 2);
	put_u32(0);
	put_u32(0);
	put_u32(65535);
	put_u32(link_type);
}

static void add_packet(uint32_t second, uint32_t fraction, uint32_t captured, uint32_t on_wire)
{
	put_u32(second);
	put_u32(fraction);
	put_u32(captured);
	put_u32(on_wire);
	memset(stored.bytes + stored.n, 'x', captured);
	stored.n += captured;
}

static char path_a[64], path_b[64];

static void set_up(void)
{
	snprintf(path_a, sizeof(path_a), "%s", scratch_path("a"));
	snprintf(path_b, sizeof(path_b), "%s", scratch_path("b"));
	cr_redirect_stderr();
}

TestSuite(replay, .init = set_up);
TestSuite(capture, .init = set_up);

static void store(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

static char error[512];

static void expect_refusal(const char *path, const char *why)
{
	error[0] = '\0';
	cr_expect_null(capture_open_file(path, NULL, error, sizeof(error)));
	cr_expect_not_null(strstr(error, path), "%s", error);
	cr_expect_not_null(strstr(error, why), "%s", error);
}

/* Read ${path_a} to its end; the number of packets. */
static int read_all(struct packet *last, struct capture_facts *facts, char problem[256])
{
	struct capture *c = capture_open_file(path_a, NULL, error, sizeof(error));
	int n = 0;

	cr_assert_not_null(c, "%s", error);
	while (capture_next(c, 0, last) == CAPTURE_PACKET)
		n++;
	capture_facts(c, facts);
	facts->source = NULL;
	snprintf(problem, 256, "%s", capture_problem(c) != NULL ? capture_problem(c) : "");
	capture_close(c);
	return n;
}

Test(capture, times_are_ns_in_either_format)
{
	struct packet packet;
	struct capture_facts facts;
	char problem[256];

	begin((uint32_t)MICROSECONDS, LINK_ETHERNET);
	add_packet(1400000000, 123456, 3, 100);
	store(path_a, stored.bytes, stored.n);
	cr_expect_eq(read_all(&packet, &facts, problem), 1);
	cr_expect_eq(packet.time_ns, INT64_C(1400000000123456000));
	cr_expect_eq(packet.bytes.n, 3);
	cr_expect_eq(packet.wire_bytes, 100);
	cr_expect_eq(packet.link_type, LINK_ETHERNET);
	cr_expect_not(facts.truncated);
	begin((uint32_t)NANOSECONDS, LINK_ETHERNET);
	add_packet(1400000000, 123456789, 3, 3);
	store(path_a, stored.bytes, stored.n);
	cr_expect_eq(read_all(&packet, &facts, problem), 1);
	cr_expect_eq(packet.time_ns, INT64_C(1400000000123456789));
}

Test(capture, a_file_cut_within_a_packet_is_read_up_to_there)
{
	struct packet packet;
	struct capture_facts facts;
	char problem[256];

	begin((uint32_t)MICROSECONDS, LINK_ETHERNET);
	add_packet(1, 0, 3, 3);
	add_packet(2, 0, 3, 3);
	for (size_t cut = 1; cut < 19; cut++) {
		store(path_a, stored.bytes, stored.n - cut);
		cr_expect_eq(read_all(&packet, &facts, problem), 1);
		cr_expect(facts.truncated);
		cr_expect_not_null(strstr(problem, "after packet 1 "), "%s", problem);
	}
}

Test(capture, gzip_is_unpacked_also_when_it_is_cut)
{
	struct packet packet;
	struct capture_facts facts;
	char problem[256];
	gzFile gz = gzopen(path_a, "wb0");
	struct stat status;

	begin((uint32_t)MICROSECONDS, LINK_ETHERNET);
	add_packet(1, 0, 3, 3);
	add_packet(2, 0, 3, 3);
	gzwrite(gz, stored.bytes, (unsigned)stored.n);
	gzclose(gz);
	cr_expect_eq(read_all(&packet, &facts, problem), 2);
	cr_expect_not(facts.truncated);
	stat(path_a, &status);
	cr_assert_eq(truncate(path_a, status.st_size - 12), 0);
	cr_expect_eq(read_all(&packet, &facts, problem), 1);
	cr_expect(facts.truncated);
}

Test(capture, what_cannot_be_read_is_named_and_told_apart)
{
	expect_refusal("/nonexistent/file", "no such file");
	expect_refusal(scratch_dir(), "is a folder");
	store(path_a, "", 0);
	expect_refusal(path_a, "is empty");
	store(path_a, "not a capture, whatever it is", 29);
	expect_refusal(path_a, "not a capture");
	begin((uint32_t)MICROSECONDS, LINK_ETHERNET);
	store(path_a, stored.bytes, 20);
	expect_refusal(path_a, "within its file header");
	begin((uint32_t)MICROSECONDS, 105);
	store(path_a, stored.bytes, stored.n);
	expect_refusal(path_a, "IEEE802_11 (105)");
}

Test(capture, a_filter_is_checked_and_used)
{
	struct packet packet;
	struct capture *c;

	begin((uint32_t)MICROSECONDS, LINK_ETHERNET);
	add_packet(1, 0, 60, 60);
	store(path_a, stored.bytes, stored.n);
	cr_expect_null(capture_open_file(path_a, "tcp and and", error, sizeof(error)));
	cr_expect_not_null(strstr(error, "\"tcp and and\""));
	c = capture_open_file(path_a, "tcp", error, sizeof(error));
	cr_expect_eq(capture_next(c, 0, &packet), CAPTURE_END);
	capture_close(c);
}

/* A frame of ${before}, then an IPv4 header that names ${protocol}, a fragment or not, and ports 1 and ${port}. */
static void add_frame(struct view before, uint8_t protocol, bool is_fragment, uint8_t port)
{
	uint8_t frame[96] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	uint8_t ip[24] = { 0x45, [3] = 40, [6] = 0, [7] = is_fragment, [9] = protocol, [21] = 1, [23] = port };
	size_t n = 12;

	n += view_copy(frame + n, sizeof(frame) - n, before);
	view_copy(frame + n, sizeof(frame) - n, view_of(ip, sizeof(ip)));
	add_packet(1, 0, sizeof(frame), sizeof(frame));
	memcpy(stored.bytes + stored.n - sizeof(frame), frame, sizeof(frame));
}

Test(capture, what_devices_pass_is_what_can_be_read)
{
	static const struct {
		const char *before;
		size_t n;
		uint8_t protocol;
		bool is_fragment;
		uint8_t port;
		bool is_wanted;
	} rows[] = {
		{ "\x08\x00", 2, 6, false, 2, true },
		{ "\x08\x00", 2, 17, false, 88, true },
		{ "\x08\x00", 2, 17, false, 53, false },
		{ "\x08\x00", 2, 17, true, 53, true },
		{ "\x08\x00", 2, 47, false, 2, false },
		{ "\x08\x06", 2, 6, false, 2, false },
		{ "\x81\x00\x00\x05\x08\x00", 6, 6, false, 2, true },
		{ "\x81\x00\x00\x05\x08\x00", 6, 17, false, 53, false },
		{ "\x88\xA8\x00\x05\x81\x00\x00\x06\x08\x00", 10, 6, false, 2, true },
		{ "\x88\x47\x00\x01\x01\x40", 6, 6, false, 2, true },
		{ "\x88\x47\x00\x01\x00\x40\x00\x02\x01\x40", 10, 6, false, 2, true },
		{ "\x81\x00\x00\x05\x88\x48\x00\x01\x01\x40", 10, 6, false, 2, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct packet packet;
		struct capture *c;

		begin((uint32_t)MICROSECONDS, LINK_ETHERNET);
		add_frame(view_of(rows[i].before, rows[i].n), rows[i].protocol, rows[i].is_fragment, rows[i].port);
		store(path_a, stored.bytes, stored.n);
		c = capture_open_file(path_a, capture_default_filter(), error, sizeof(error));
		cr_assert_not_null(c, "%s", error);
		cr_expect_eq(capture_next(c, 0, &packet), rows[i].is_wanted ? CAPTURE_PACKET : CAPTURE_END, "%zu", i);
		capture_close(c);
	}
}

Test(capture, a_device_that_is_not_there_is_named)
{
	cr_expect_null(capture_open_device("ashiato-none", NULL, error, sizeof(error)));
	cr_expect_not_null(strstr(error, "open ashiato-none: "), "%s", error);
}

/* One TCP connection from this host to itself. */
static void talk_to_self(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(bind(listener, (struct sockaddr *)&address, n), 0);
	cr_assert_eq(listen(listener, 1), 0);
	cr_assert_eq(getsockname(listener, (struct sockaddr *)&address, &n), 0);
	cr_assert_eq(connect(caller, (struct sockaddr *)&address, n), 0);
	close(caller);
	close(listener);
}

/* "any" has Linux cooked frames, for which the filter with VLANs does not compile. */
Test(capture, devices_deliver_what_happens_now)
{
	static const char *const devices[] = { "lo", "any" };

	for (int i = 0; i < 2; i++) {
		struct capture *c = capture_open_device(devices[i], NULL, error, sizeof(error));
		int64_t before = clock_now_ns();
		struct packet packet;
		struct capture_facts facts;

		if (c == NULL && geteuid() != 0)
			cr_skip_test("%s", error);
		cr_assert_not_null(c, "%s", error);
		talk_to_self();
		cr_assert_eq(capture_next(c, 1000, &packet), CAPTURE_PACKET);
		cr_expect_geq(packet.time_ns, before - CLOCK_SECOND_NS);
		cr_expect_leq(packet.time_ns, clock_now_ns() + CLOCK_SECOND_NS);
		while (capture_next(c, 0, &packet) == CAPTURE_PACKET)
			;
		capture_facts(c, &facts);
		cr_expect_str_eq(facts.source, devices[i]);
		capture_close(c);
	}
}

/* ---- several files ---- */

static struct replay *replay_of(bool is_paced, bool is_rebased)
{
	static char *paths[2];
	struct replay_options options = { .paths = paths, .n_paths = 2, .is_paced = is_paced, .is_rebased = is_rebased };

	paths[0] = path_a;
	paths[1] = path_b;
	return replay_new(&options);
}

static void store_both(void)
{
	begin((uint32_t)MICROSECONDS, LINK_ETHERNET);
	add_packet(1000, 0, 3, 3);
	add_packet(1000, 50000, 3, 3);
	store(path_a, stored.bytes, stored.n);
	begin((uint32_t)MICROSECONDS, LINK_ETHERNET);
	add_packet(500, 0, 3, 3);
	add_packet(500, 50000, 3, 3);
	store(path_b, stored.bytes, stored.n);
}

Test(replay, files_come_in_order_with_their_own_times)
{
	static const int64_t ms[] = { 1000000, 1000050, 500000, 500050 };
	struct replay *r;
	struct packet packet;
	struct capture_facts facts;

	store_both();
	r = replay_of(false, false);
	for (int i = 0; i < 4; i++) {
		cr_assert_eq(replay_next(r, 0, &packet), CAPTURE_PACKET);
		cr_expect_eq(packet.time_ns, ms[i] * CLOCK_MS_NS);
	}
	cr_expect_eq(replay_next(r, 0, &packet), CAPTURE_END);
	cr_expect_eq(replay_next(r, 0, &packet), CAPTURE_END);
	replay_facts(r, &facts);
	cr_expect_str_eq(facts.source, "b");
	cr_expect_eq(replay_unread(r), 0);
	replay_free(r);
}

Test(replay, a_file_that_cannot_be_read_is_passed_over)
{
	struct replay *r;
	struct packet packet;
	int n = 0;

	store_both();
	unlink(path_a);
	r = replay_of(false, false);
	while (replay_next(r, 0, &packet) == CAPTURE_PACKET)
		n++;
	cr_expect_eq(n, 2);
	cr_expect_eq(replay_unread(r), 1);
	replay_free(r);
}

Test(replay, a_cut_file_in_the_middle_is_remembered)
{
	struct replay *r;
	struct packet packet;
	struct capture_facts facts;

	store_both();
	cr_assert_eq(truncate(path_a, 24 + 19 + 5), 0);
	r = replay_of(false, false);
	while (replay_next(r, 0, &packet) == CAPTURE_PACKET)
		;
	replay_facts(r, &facts);
	cr_expect(facts.truncated);
	replay_free(r);
}

Test(replay, rebased_it_happens_now_and_files_follow_each_other)
{
	struct replay *r;
	struct packet packet;
	int64_t before = clock_now_ns(), times[4];

	store_both();
	r = replay_of(false, true);
	for (int i = 0; i < 4; i++) {
		cr_assert_eq(replay_next(r, 0, &packet), CAPTURE_PACKET);
		times[i] = packet.time_ns;
	}
	cr_expect_geq(times[0], before);
	cr_expect_leq(times[0], clock_now_ns());
	cr_expect_eq(times[1], times[0] + 50 * CLOCK_MS_NS);
	cr_expect_eq(times[2], times[1]);
	cr_expect_eq(times[3], times[2] + 50 * CLOCK_MS_NS);
	replay_free(r);
}

Test(replay, paced_it_waits_until_a_packet_is_due)
{
	struct replay *r;
	struct packet packet;
	int64_t began = clock_steady_ns();

	store_both();
	r = replay_of(true, false);
	cr_expect_eq(replay_next(r, 0, &packet), CAPTURE_PACKET);
	cr_expect_eq(replay_next(r, 10, &packet), CAPTURE_NOTHING);
	cr_expect_geq(packet.time_ns, INT64_C(1000) * CLOCK_SECOND_NS);
	cr_expect_lt(packet.time_ns, INT64_C(1000) * CLOCK_SECOND_NS + 50 * CLOCK_MS_NS);
	cr_expect_eq(replay_next(r, 1000, &packet), CAPTURE_PACKET);
	cr_expect_geq(clock_steady_ns() - began, 50 * CLOCK_MS_NS);
	replay_free(r);
}
