#include "sensor/channel.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];
static struct channel_reader reader;

static void open_channel(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	reader = (struct channel_reader){ .fd = ends[1] };
}

static void close_channel(void)
{
	close(ends[0]);
	close(ends[1]);
	channel_reader_fini(&reader);
}

TestSuite(channel, .init = open_channel, .fini = close_channel);

static void expect(const char *body)
{
	cr_assert_eq(channel_read(&reader), CHANNEL_FRAME);
	cr_assert_eq(reader.frame.n, strlen(body));
	cr_assert_eq(memcmp(reader.body, body, strlen(body)), 0);
}

Test(channel, frames_arrive_whole_and_in_order)
{
	channel_write(ends[0], FRAME_BATCH, (const uint8_t *)"first", 5);
	channel_write(ends[0], FRAME_HELLO, NULL, 0);
	channel_write(ends[0], FRAME_BATCH, (const uint8_t *)"second one", 10);
	expect("first");
	cr_assert_eq(reader.frame.kind, FRAME_BATCH);
	expect("");
	cr_assert_eq(reader.frame.kind, FRAME_HELLO);
	expect("second one");
	cr_assert_eq(channel_read(&reader), CHANNEL_NOTHING);
}

Test(channel, a_frame_that_comes_byte_by_byte_is_a_frame)
{
	uint8_t bytes[FRAME_HEAD_BYTES + 3];
	frame_write(bytes, FRAME_BATCH, "abc", 3);
	memcpy(bytes + FRAME_HEAD_BYTES, "abc", 3);
	for (size_t i = 0; i < sizeof bytes - 1; i++) {
		cr_assert_eq(write(ends[0], bytes + i, 1), 1);
		cr_assert_eq(channel_read(&reader), CHANNEL_NOTHING);
	}
	cr_assert_eq(write(ends[0], bytes + sizeof bytes - 1, 1), 1);
	expect("abc");
}

Test(channel, its_end_is_told_from_a_frame_that_was_cut)
{
	channel_write(ends[0], FRAME_BATCH, (const uint8_t *)"last", 4);
	shutdown(ends[0], SHUT_WR);
	expect("last");
	cr_assert_eq(channel_read(&reader), CHANNEL_END);
}

Test(channel, a_cut_frame_is_broken_at_every_byte)
{
	uint8_t bytes[FRAME_HEAD_BYTES + 3];
	frame_write(bytes, FRAME_BATCH, "abc", 3);
	memcpy(bytes + FRAME_HEAD_BYTES, "abc", 3);
	for (size_t n = 1; n < sizeof bytes; n++) {
		close_channel();
		open_channel();
		cr_assert_eq(write(ends[0], bytes, n), (ssize_t)n);
		shutdown(ends[0], SHUT_WR);
		cr_assert_eq(channel_read(&reader), CHANNEL_BROKEN, "%zu", n);
	}
}

Test(channel, a_changed_byte_is_broken)
{
	uint8_t bytes[FRAME_HEAD_BYTES + 3];
	frame_write(bytes, FRAME_BATCH, "abc", 3);
	memcpy(bytes + FRAME_HEAD_BYTES, "abd", 3);
	cr_assert_eq(write(ends[0], bytes, sizeof bytes), (ssize_t)sizeof bytes);
	cr_assert_eq(channel_read(&reader), CHANNEL_BROKEN);
}

Test(channel, the_page_carries_what_the_spool_counted)
{
	static struct channel_page page;
	struct spool_stats stats = { .bytes = 1, .unwritten = 2, .damaged = 3 };
	stats.dropped[21] = 4;
	channel_publish(&page, &stats);
	cr_assert_eq(page.bytes, 1);
	cr_assert_eq(page.unwritten, 2);
	cr_assert_eq(page.damaged, 3);
	cr_assert_eq(page.dropped[21], 4);
	cr_assert_eq(page.dropped[20], 0);
}
