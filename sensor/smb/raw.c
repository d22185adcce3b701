#include "sensor/smb/raw.h"

#include "sensor/smb/open.h"

enum {
	READ_RAW = 0x1A,
	WRITE_RAW = 0x1D,
	READ_WORDS_LARGE = 10,	/* with OffsetHigh */
	WRITE_WORDS_LARGE = 14,
};

/* [MS-CIFS] 2.2.4.22.1 */
bool raw_read_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, raw_read_finish);
	struct cursor words = smb1_words(b);
	uint16_t fid = cur_u16le(&words);

	p.offset = cur_u32le(&words);
	cur_skip(&words, 10);	/* MaxCountOfBytesToReturn, MinCountOfBytesToReturn, Timeout, Reserved */
	if (b->words.n >= 2 * READ_WORDS_LARGE)
		p.offset |= (uint64_t)cur_u32le(&words) << 32;
	if (!cur_ok(&words))
		return false;
	p.open = smb1_open_of(c, b, fid);
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

enum finish raw_read_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	(void)c;
	(void)p;
	(void)a;
	return FINISH_DONE;
}

/* [MS-CIFS] 2.2.4.25.1. The first of the data may come with the request. */
bool raw_write_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, raw_write_finish);
	struct cursor words = smb1_words(b);
	struct smb1_data d = { .fid = cur_u16le(&words) };

	cur_skip(&words, 4);	/* CountOfBytes, Reserved1 */
	d.offset = cur_u32le(&words);
	cur_skip(&words, 10);	/* Timeout, WriteMode, Reserved2 */
	d.n = cur_u16le(&words);
	d.data_offset = cur_u16le(&words);
	if (b->words.n >= 2 * WRITE_WORDS_LARGE)
		d.offset |= (uint64_t)cur_u32le(&words) << 32;
	if (!cur_ok(&words))
		return false;
	p.offset = d.offset + d.n;
	p.open = open_hold(smb1_open_of(c, b, d.fid));
	pending_add(c, &p, view_of(NULL, 0));
	if (!smb1_move(c, b, p.open, &d)) {
		open_release(c, p.open);
		return false;
	}
	open_release(c, p.open);
	return true;
}

/* Leave to send the rest; a refusal ends it. */
enum finish raw_write_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	(void)c;
	(void)p;
	return a != NULL && a->block != NULL && a->status == STATUS_SUCCESS ? FINISH_MORE : FINISH_DONE;
}

static struct pending *awaited(struct conn *c)
{
	struct pending *read = pending_find_command(c, READ_RAW);

	return read != NULL ? read : pending_find_command(c, WRITE_RAW);
}

bool raw_is_awaited(struct conn *c)
{
	return awaited(c) != NULL;
}

static enum finish take_data(struct conn *c, struct pending *p, const struct answer *a)
{
	struct message *m = a->message;

	(void)c;
	m->is_write = p->command == WRITE_RAW;
	m->status = STATUS_SUCCESS;
	m->sink = open_hold(p->open);
	m->offset = m->begin = p->offset;
	return FINISH_DONE;
}

void raw_data(struct conn *c, struct message *m, struct view head)
{
	const struct pending *p = awaited(c);
	struct answer a = { .time_ns = m->time_ns, .status = STATUS_SUCCESS, .message = m };
	struct piece first = { .bytes = head, .is_last = head.n == m->left, .time_ns = m->time_ns };

	if (p == NULL)
		return;
	count(c->env->counts, COUNT_SMB1_RAW);
	pending_answer(c, &(struct reply){ p->key, p->command, take_data, COUNT_SMB1_MALFORMED }, &a);
	first.is_write = m->is_write;
	first.offset = m->offset;
	open_data(c, m->sink, &first);
	m->offset += head.n;
}
