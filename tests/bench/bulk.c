#include "tests/bench/kinds.h"
#include "tests/lib/packets.h"
#include "tests/lib/smb_kit.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum {
	NEGOTIATE = 0, SESSION_SETUP = 1, TREE_CONNECT = 3, CREATE = 5, CLOSE = 6, READ = 8, WRITE = 9,
	CONNECTIONS = 4,
	FILE_BYTES = 32 << 20,
	STEP_BYTES = 128 * 1024,	/* of one read or write */
	SEGMENT_BYTES = 1460,
	SEGMENTS_PER_ACK = 2,
	ACK = 0x10, SYN = 0x02, FIN = 0x01,
	TREE = 5,
};

#define MORE_PROCESSING 0xC0000016u
#define SESSION UINT64_C(0x0000040000000061)

/* One connection that moves one file after the other. */
struct mover {
	struct output *out;
	struct smb_message m;
	uint32_t client, server;
	uint16_t port;
	uint32_t seq[2];	/* by enum way */
	uint32_t unanswered;	/* segments since the last acknowledgement */
	uint64_t message_id;
	uint64_t file;		/* number of the file under way, also its id */
	uint64_t at;		/* bytes of it moved; FILE_BYTES: between two files */
	bool is_write;
	uint8_t content[STEP_BYTES];
};

/* ---- TCP ---- */

static void send_segment(struct mover *c, enum way way, uint8_t flags, struct view payload)
{
	static uint8_t frame[PACKETS_HEADERS_BYTES + SEGMENT_BYTES];
	const bool up = way == FROM_OPENER;
	const struct segment s = { .source = up ? c->client : c->server, .destination = up ? c->server : c->client,
				   .source_port = up ? c->port : 445, .destination_port = up ? 445 : c->port,
				   .seq = c->seq[way], .ack = c->seq[!way], .flags = flags, .payload = payload };
	struct view v = packets_ethernet(&s, frame);

	output_frame(c->out, frame, v.n, 14, 34);
	c->seq[way] += (uint32_t)payload.n + ((flags & (SYN | FIN)) != 0);
}

static void send_bytes(struct mover *c, enum way way, struct view bytes)
{
	for (; bytes.n > 0; bytes = view_after(bytes, SEGMENT_BYTES)) {
		send_segment(c, way, ACK, view_first(bytes, SEGMENT_BYTES));
		if (++c->unanswered % SEGMENTS_PER_ACK == 0)
			send_segment(c, !way, ACK, view_of(NULL, 0));
	}
}

static void say(struct mover *c)
{
	send_bytes(c, c->m.way, smb_done(&c->m));
}

/* ---- SMB2 ---- */

static struct smb2_ids ids(const struct mover *c)
{
	return (struct smb2_ids){ .message_id = c->message_id, .session_id = SESSION, .tree_id = TREE };
}

static void ask(struct mover *c, unsigned command)
{
	c->message_id++;
	smb2_begin(&c->m, command, 0, ids(c));
}

static void answer(struct mover *c, unsigned command, uint32_t status)
{
	smb2_answer(&c->m, command, status, ids(c));
}

static void put_file_id(struct mover *c)
{
	smb_u64(&c->m, c->file | 0x1000000000000000u);
	smb_u64(&c->m, c->file);
}

/* [MS-SMB2] 2.2.3, 2.2.4: dialect 3.0.2 */
static void negotiate(struct mover *c)
{
	ask(c, NEGOTIATE);
	smb_u16(&c->m, 36);
	smb_u16(&c->m, 1);
	smb_u32(&c->m, 1);
	smb_u32(&c->m, 0x7F);
	smb_zeros(&c->m, 16 + 8);
	smb_u16(&c->m, 0x0302);
	say(c);
	answer(c, NEGOTIATE, 0);
	smb_u16(&c->m, 65);
	smb_u16(&c->m, 1);
	smb_u32(&c->m, 0x0302);
	smb_zeros(&c->m, 16);
	smb_u32(&c->m, 0x2F);
	smb_zeros(&c->m, 12 + 16 + 8);
	say(c);
}

/* [MS-SMB2] 2.2.5, 2.2.6 */
static void log_on(struct mover *c, size_t (*token)(uint8_t *), size_t (*reply)(uint8_t *))
{
	uint8_t bytes[256];
	size_t n = token(bytes);

	ask(c, SESSION_SETUP);
	smb_u16(&c->m, 25);
	smb_u16(&c->m, 0x0100);
	smb_zeros(&c->m, 8);
	smb_u16(&c->m, 64 + 24);
	smb_u16(&c->m, (unsigned)n);
	smb_u64(&c->m, 0);
	smb_bytes(&c->m, bytes, n);
	say(c);
	n = reply != NULL ? reply(bytes) : 0;
	answer(c, SESSION_SETUP, reply != NULL ? MORE_PROCESSING : 0);
	smb_u16(&c->m, 9);
	smb_u16(&c->m, 0);
	smb_u16(&c->m, 64 + 8);
	smb_u16(&c->m, (unsigned)n);
	smb_bytes(&c->m, bytes, n);
	say(c);
}

/* [MS-SMB2] 2.2.9, 2.2.10 */
static void connect_tree(struct mover *c)
{
	const char *path = c->is_write ? "\\\\SRV\\ADMIN$" : "\\\\SRV\\data";

	ask(c, TREE_CONNECT);
	smb_u16(&c->m, 9);
	smb_u16(&c->m, 0);
	smb_u16(&c->m, 64 + 8);
	smb_u16(&c->m, (unsigned)strlen(path) * 2);
	smb_utf16(&c->m, path);
	say(c);
	answer(c, TREE_CONNECT, 0);
	smb_u16(&c->m, 16);
	smb_u16(&c->m, 1);
	smb_zeros(&c->m, 8);
	smb_u32(&c->m, 0x001F01FF);
	say(c);
}

/* [MS-SMB2] 2.2.13, 2.2.14 */
static void open_file(struct mover *c)
{
	const char *path = c->is_write ? "setup.exe" : "report.dat";

	c->file++;
	c->at = 0;
	ask(c, CREATE);
	smb_u16(&c->m, 57);
	smb_zeros(&c->m, 2 + 4 + 16);
	smb_u32(&c->m, 0x0012019F);
	smb_zeros(&c->m, 8);
	smb_u32(&c->m, c->is_write ? 5 : 1);
	smb_u32(&c->m, 0x40);
	smb_u16(&c->m, 64 + 56);
	smb_u16(&c->m, (unsigned)strlen(path) * 2);
	smb_u64(&c->m, 0);
	smb_utf16(&c->m, path);
	say(c);
	answer(c, CREATE, 0);
	smb_u16(&c->m, 89);
	smb_u16(&c->m, 0);
	smb_u32(&c->m, c->is_write ? 2 : 1);
	smb_zeros(&c->m, 32 + 8);
	smb_u64(&c->m, c->is_write ? 0 : FILE_BYTES);
	smb_u32(&c->m, 0x80);
	smb_u32(&c->m, 0);
	put_file_id(c);
	smb_u64(&c->m, 0);
	say(c);
}

/* [MS-SMB2] 2.2.19, 2.2.20 */
static void read_step(struct mover *c)
{
	ask(c, READ);
	smb_u16(&c->m, 49);
	smb_u16(&c->m, 0x50);
	smb_u32(&c->m, STEP_BYTES);
	smb_u64(&c->m, c->at);
	put_file_id(c);
	smb_zeros(&c->m, 17);
	say(c);
	answer(c, READ, 0);
	smb_u16(&c->m, 17);
	smb_u16(&c->m, 64 + 16);
	smb_u32(&c->m, STEP_BYTES);
	smb_zeros(&c->m, 8);
	smb_bytes(&c->m, c->content, STEP_BYTES);
	say(c);
}

/* [MS-SMB2] 2.2.21, 2.2.22 */
static void write_step(struct mover *c)
{
	ask(c, WRITE);
	smb_u16(&c->m, 49);
	smb_u16(&c->m, 64 + 48);
	smb_u32(&c->m, STEP_BYTES);
	smb_u64(&c->m, c->at);
	put_file_id(c);
	smb_zeros(&c->m, 16);
	smb_bytes(&c->m, c->content, STEP_BYTES);
	say(c);
	answer(c, WRITE, 0);
	smb_u16(&c->m, 17);
	smb_zeros(&c->m, 2);
	smb_u32(&c->m, STEP_BYTES);
	smb_zeros(&c->m, 8);
	say(c);
}

/* [MS-SMB2] 2.2.15, 2.2.16 */
static void close_file(struct mover *c)
{
	ask(c, CLOSE);
	smb_u16(&c->m, 24);
	smb_zeros(&c->m, 2 + 4);
	put_file_id(c);
	say(c);
	answer(c, CLOSE, 0);
	smb_u16(&c->m, 60);
	smb_zeros(&c->m, 58);
	say(c);
}

/* ---- movers ---- */

static void fill_content(struct mover *c)
{
	uint64_t chance = c->port;

	for (size_t i = 0; i < STEP_BYTES; i++)
		c->content[i] = (uint8_t)output_random(&chance);
}

/* The beginning of every executable: MS-DOS header, e_lfanew, signature, COFF and optional header's magic. */
static void make_executable(struct mover *c)
{
	static const uint8_t pe[] = { 'P', 'E', 0, 0 };

	memset(c->content, 0, 512);
	memcpy(c->content, "MZ", 2);
	c->content[0x3C] = 0x80;
	memcpy(c->content + 0x80, pe, sizeof(pe));
	c->content[0x80 + 24] = 0x0B;
	c->content[0x80 + 25] = 0x02;
}

static struct mover *mover_new(struct output *o, unsigned number, bool is_write)
{
	struct mover *c = calloc(1, sizeof(*c));

	if (c == NULL)
		err(1, "generate");
	c->out = o;
	c->client = 0x0A000001u + number;
	c->server = 0xAC100001u;
	c->port = (uint16_t)(49152 + number);
	c->seq[FROM_OPENER] = 1000 * number;
	c->seq[FROM_OPENED] = 5000 * number;
	c->is_write = is_write;
	c->at = FILE_BYTES;
	fill_content(c);
	if (is_write)
		make_executable(c);
	return c;
}

static void begin(struct mover *c)
{
	send_segment(c, FROM_OPENER, SYN, view_of(NULL, 0));
	send_segment(c, FROM_OPENED, SYN | ACK, view_of(NULL, 0));
	send_segment(c, FROM_OPENER, ACK, view_of(NULL, 0));
	negotiate(c);
	log_on(c, smb_ntlm_negotiate, smb_ntlm_challenge);
	log_on(c, smb_ntlm_authenticate, NULL);
	connect_tree(c);
}

static void move_on(struct mover *c)
{
	if (c->at == FILE_BYTES)
		open_file(c);
	if (c->is_write)
		write_step(c);
	else
		read_step(c);
	c->at += STEP_BYTES;
	if (c->at == FILE_BYTES)
		close_file(c);
}

static void end(struct mover *c)
{
	send_segment(c, FROM_OPENER, FIN | ACK, view_of(NULL, 0));
	send_segment(c, FROM_OPENED, FIN | ACK, view_of(NULL, 0));
	send_segment(c, FROM_OPENER, ACK, view_of(NULL, 0));
	free(c);
}

/* Every mover ends with a whole file. */
static void write_bulk(struct output *o, uint64_t bytes, bool is_write)
{
	struct mover *movers[CONNECTIONS];

	for (unsigned i = 0; i < CONNECTIONS; i++) {
		movers[i] = mover_new(o, i, is_write);
		begin(movers[i]);
	}
	while (o->bytes < bytes || movers[0]->at != FILE_BYTES)
		for (unsigned i = 0; i < CONNECTIONS; i++)
			move_on(movers[i]);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		end(movers[i]);
}

void bulk_write_share(struct output *o, char *const *paths, size_t n, uint64_t bytes)
{
	(void)paths;
	(void)n;
	write_bulk(o, bytes, false);
}

void bulk_write_admin(struct output *o, char *const *paths, size_t n, uint64_t bytes)
{
	(void)paths;
	(void)n;
	write_bulk(o, bytes, true);
}
