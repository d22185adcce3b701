#include "sensor/core/plain.h"
#include "tests/lib/headers.h"
#include "tests/lib/ladder.h"
#include "tests/lib/recut.h"

#include <criterion/criterion.h>
#include <glob.h>

#define FRAME(...) ({ static const uint8_t bytes[] = { __VA_ARGS__ }; view_of(bytes, sizeof(bytes)); })
#define MACS 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
#define V4(version, total, more, protocol) version, 0, 0, total, 0x12, 0x34, more, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2
#define V6(payload, next) 0x60, 0, 0, 0, 0, payload, next, 64, 0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, \
	0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define TCP(offset) 0xC0, 0x01, 0x01, 0xBD, 1, 2, 3, 4, 5, 6, 7, 8, offset, 0x18, 0xFF, 0xFF, 0, 0, 0, 0

Test(plain, the_usual_headers_are_read_as_layer_by_layer)
{
	cr_expect_eq(headers_compare(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 42, 0, 6), TCP(0x50), 'a', 'b')), HEADERS_AGREE);
	cr_expect_eq(headers_compare(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 40, 0x40, 6), TCP(0x50), 0, 0, 0, 0, 0, 0)), HEADERS_AGREE,
		     "padded by the link, not to be fragmented");
	cr_expect_eq(headers_compare(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 0, 0, 6), TCP(0x50), 'a')), HEADERS_AGREE, "offloaded");
	cr_expect_eq(headers_compare(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 200, 0, 6), TCP(0x50), 'a')), HEADERS_AGREE, "cut");
	cr_expect_eq(headers_compare(LINK_ETHERNET, FRAME(MACS, 0x81, 0, 0x20, 7, 8, 0, V4(0x45, 45, 0, 6), TCP(0x60), 1, 1, 1, 1, 'a')),
		     HEADERS_AGREE, "one tag, options of TCP");
	cr_expect_eq(headers_compare(LINK_ETHERNET, FRAME(MACS, 0x86, 0xDD, V6(21, 6), TCP(0x50), 'a')), HEADERS_AGREE);
	cr_expect_eq(headers_compare(LINK_ETHERNET, FRAME(MACS, 0x86, 0xDD, V6(0, 6), TCP(0x50), 'a')), HEADERS_AGREE);
}

Test(plain, what_is_not_plain_or_malformed_is_left_to_the_layers)
{
	struct link link;
	struct ip ip;
	struct tcp tcp;

	cr_expect_not(plain_parse(LINK_LINUX_SLL, FRAME(MACS, 8, 0, V4(0x45, 40, 0, 6), TCP(0x50)), &link, &ip, &tcp));
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 8, 6, V4(0x45, 40, 0, 6), TCP(0x50)), &link, &ip, &tcp), "ARP");
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x46, 44, 0, 6), 1, 1, 1, 1, TCP(0x50)), &link, &ip, &tcp));
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 40, 0x20, 6), TCP(0x50)), &link, &ip, &tcp), "a fragment");
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 40, 0, 17), TCP(0x50)), &link, &ip, &tcp), "UDP");
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 19, 0, 6), TCP(0x50)), &link, &ip, &tcp), "no room for IP");
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 39, 0, 6), TCP(0x50)), &link, &ip, &tcp), "nor for TCP");
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 40, 0, 6), TCP(0x40)), &link, &ip, &tcp));
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 8, 0, V4(0x45, 40, 0, 6), TCP(0x60)), &link, &ip, &tcp));
	cr_expect_not(plain_parse(LINK_ETHERNET, FRAME(MACS, 0x86, 0xDD, V6(28, 60), 6, 0, 0, 0, 0, 0, 0, 0, TCP(0x50)), &link, &ip, &tcp));
}

static void agrees(struct view prefix, void *ctx)
{
	(void)ctx;
	cr_assert_neq(headers_compare(LINK_ETHERNET, prefix), HEADERS_DIFFER, "%zu bytes", prefix.n);
}

Test(plain, truncation_ladder)
{
	struct view v4 = FRAME(MACS, 0x81, 0, 0, 7, 8, 0, V4(0x45, 45, 0, 6), TCP(0x60), 1, 1, 1, 1, 'a');
	struct view v6 = FRAME(MACS, 0x86, 0xDD, V6(21, 6), TCP(0x50), 'a');

	ladder(v4.bytes, v4.n, agrees, NULL);
	ladder(v6.bytes, v6.n, agrees, NULL);
}

/* Every value of every byte of the headers of ${frame}. */
static void change_each_byte(const struct packet *frame)
{
	uint8_t changed[128];
	size_t n = view_copy(changed, sizeof(changed), frame->bytes);

	for (size_t i = 0; i < n && i < 60; i++) {
		for (unsigned by = 1; by < 256; by++) {
			changed[i] = (uint8_t)(frame->bytes.bytes[i] ^ by);
			cr_assert_neq(headers_compare(LINK_ETHERNET, view_of(changed, n)), HEADERS_DIFFER, "byte %zu is %u", i, changed[i]);
		}
		changed[i] = frame->bytes.bytes[i];
	}
}

Test(plain, on_the_recordings_it_says_what_the_layers_say)
{
	unsigned n_frames = 0, n_plain = 0;
	glob_t found = { .gl_pathc = 0 };

	cr_assert_eq(glob("tests/golden/*/capture.pcap", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct frames frames = frames_read(found.gl_pathv[i]);

		for (size_t j = 0; j < frames.n; j++) {
			enum headers_result result = headers_compare(frames.of[j].link_type, frames.of[j].bytes);

			cr_assert_neq(result, HEADERS_DIFFER, "%s: frame %zu", found.gl_pathv[i], j);
			n_plain += result == HEADERS_AGREE;
			n_frames++;
		}
		change_each_byte(&frames.of[frames.n / 2]);
		frames_free(&frames);
	}
	cr_log_info("%u of %u frames are plain", n_plain, n_frames);
	cr_expect_gt(n_plain, n_frames / 2);
	globfree(&found);
}
