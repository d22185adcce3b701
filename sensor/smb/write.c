#include "sensor/smb/write.h"

#include "sensor/smb/close.h"
#include "sensor/smb/hold.h"
#include "sensor/smb/open.h"
#include "sensor/smb/set_info.h"

enum {
	PIPE_MESSAGE_START = 0x0008 | 0x0004,	/* [MS-CIFS] 2.2.4.43.1 WriteMode: MSG_START, RAW_MODE */
	PIPE_LENGTH_BYTES = 2,			/* then the message's length stands before it */
	WORDS_LARGE = 14,			/* WRITE_ANDX with OffsetHigh */
	SMB_COM_WRITE = 0x0B,
	CORE_DATA_HEAD_BYTES = 3,		/* a format byte and the length of what follows */
};

/* Offset that means "at the end" ([MS-SMB2] 2.2.21). */
static const uint64_t append_offset = UINT64_MAX;

/* ---- SMB2 ---- */

/* Where the writes to ${o} that wait for their answers end, the furthest of them; 0 if there is none. */
static uint64_t end_under_way(const struct conn *c, const struct open *o)
{
	uint64_t end = 0;

	for (const struct pending *p = c->pendings; p != NULL; p = p->next)
		if (p->open == o && p->finish == write_finish && p->offset <= UINT64_MAX - p->count && p->offset + p->count > end)
			end = p->offset + p->count;
	return end;
}

/* Where an append goes: the end as far as known, behind what is being written. It stays where it is when that is not known, and
 * at a pipe, which has no places. */
static void resolve_append(const struct conn *c, struct pending *p)
{
	uint64_t end;

	if (p->offset != append_offset || p->open == NULL || !p->open->has_size)
		return;
	end = end_under_way(c, p->open);
	p->offset = end > p->open->size ? end : p->open->size;
}

/* The server wrote it, as far as anybody knows. */
static void extend(struct open *o, uint64_t offset, uint32_t n)
{
	if (o != NULL && o->has_size && offset <= UINT64_MAX - n && offset + n > o->size)
		o->size = offset + n;
}

/* [MS-SMB2] 2.2.21 */
bool write_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, write_finish);
	struct cursor body = smb2_body(r->unit);
	struct message *m = r->message;
	uint64_t id;

	cur_skip(&body, 4);	/* StructureSize, DataOffset */
	p.count = cur_u32le(&body);
	p.offset = cur_u64le(&body);
	id = smb2_file_id(&body);
	cur_skip(&body, 16);	/* Channel, RemainingBytes, WriteChannelInfo, Flags */
	if (!cur_ok(&body))
		return false;
	p.open = smb2_open_of(c, r, id);
	resolve_append(c, &p);
	hold_begin(c, p.open, p.key, p.count, p.time_ns);
	m->is_write = true;
	m->sink = open_hold(p.open);
	m->request = p.key;
	m->offset = m->begin = p.offset;
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

enum finish write_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p == NULL)
		return FINISH_DONE;
	hold_answered(c, p->open, p->key, a);
	if (a == NULL || a->status == STATUS_SUCCESS)
		extend(p->open, p->offset, p->count);
	if (a != NULL)
		open_answered(c, p->open, &(struct stretch){ .is_write = true, .offset = p->offset, .n = p->count }, a);
	return FINISH_DONE;
}

/* ---- SMB1 ---- */

/* ${n} bytes at ${data_offset} of the message go into the FID. */
static bool write_smb1(struct conn *c, const struct smb1_block *b, struct pending *p, uint32_t data_offset)
{
	struct open *o = open_hold(p->open);
	bool is_sound;

	resolve_append(c, p);
	hold_begin(c, o, p->key, p->count, p->time_ns);
	pending_add(c, p, view_of(NULL, 0));
	is_sound = smb1_move(c, b, o, &(struct smb1_data){ .offset = p->offset, .data_offset = data_offset, .n = p->count });
	open_release(c, o);
	return is_sound;
}

/* [MS-CIFS] 2.2.4.43.1, [MS-SMB] 2.2.4.3.1 */
bool write_andx_place(const struct smb1_block *b, struct smb1_data *out)
{
	struct cursor words = smb1_andx_words(b);
	struct smb1_data d = { .fid = cur_u16le(&words), .offset = cur_u32le(&words) };
	uint16_t mode;

	cur_skip(&words, 4);	/* Timeout */
	mode = cur_u16le(&words);
	cur_skip(&words, 2);	/* Remaining */
	d.n = (uint32_t)cur_u16le(&words) << 16;
	d.n |= cur_u16le(&words);
	d.data_offset = cur_u16le(&words);
	if (b->words.n >= 2 * WORDS_LARGE)
		d.offset |= (uint64_t)cur_u32le(&words) << 32;
	if (!cur_ok(&words))
		return false;
	if ((mode & PIPE_MESSAGE_START) == PIPE_MESSAGE_START && d.n >= PIPE_LENGTH_BYTES) {
		d.data_offset += PIPE_LENGTH_BYTES;
		d.n -= PIPE_LENGTH_BYTES;
	}
	*out = d;
	return true;
}

bool write_andx_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, write_finish);
	struct smb1_data d;

	if (!write_andx_place(b, &d))
		return false;
	p.offset = d.offset;
	p.count = d.n;
	p.open = smb1_open_of(c, b, d.fid);
	return write_smb1(c, b, &p, d.data_offset);
}

/* [MS-CIFS] 2.2.4.12.1: the data stand behind a format byte and their length. */
bool write_core_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, b->command == SMB_COM_WRITE ? write_core_finish : write_finish);

	if (!smb1_core_words(c, b, &p))
		return false;
	return write_smb1(c, b, &p, (uint32_t)b->bytes_at + CORE_DATA_HEAD_BYTES);
}

/* [MS-CIFS] 2.2.4.12: nothing written is an end that is set; with WRITE_AND_UNLOCK it is nothing. */
enum finish write_core_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p == NULL || p->count > 0)
		return write_finish(c, p, a);
	set_info_end(c, p, a);
	return FINISH_DONE;
}

/* [MS-CIFS] 2.2.4.68.1: behind what was printed so far. */
bool write_print_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, write_finish);
	struct cursor words = smb1_words(b);
	struct cursor bytes = smb1_bytes(b);
	uint16_t fid = cur_u16le(&words);

	cur_skip(&bytes, 1);	/* BufferFormat */
	p.count = cur_u16le(&bytes);
	if (!cur_ok(&words) || !cur_ok(&bytes))
		return false;
	p.open = smb1_open_of(c, b, fid);
	if (p.open != NULL) {
		p.offset = p.open->size;
		p.open->size += p.count;
	}
	return write_smb1(c, b, &p, (uint32_t)b->bytes_at + CORE_DATA_HEAD_BYTES);
}

/* [MS-CIFS] 2.2.4.40.1: the data stand behind one byte of padding. */
bool write_and_close_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, write_and_close_finish);

	if (!smb1_core_words(c, b, &p))
		return false;
	return write_smb1(c, b, &p, (uint32_t)b->bytes_at + 1);
}

enum finish write_and_close_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	write_finish(c, p, a);
	return close_finish(c, p, a);
}
