#include "sensor/smb/read.h"

#include "sensor/smb/open.h"

enum { WORDS_LARGE = 12 };	/* READ_ANDX request with OffsetHigh */

static bool has_data(const struct answer *a)
{
	return a->status == STATUS_SUCCESS || a->status == STATUS_BUFFER_OVERFLOW;
}

/* ---- SMB2 ---- */

/* [MS-SMB2] 2.2.19 */
bool read_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, read_smb2_finish);
	struct cursor body = smb2_body(r->unit);
	uint64_t id;

	cur_skip(&body, 4);	/* StructureSize, Padding, Flags */
	p.count = cur_u32le(&body);
	p.offset = cur_u64le(&body);
	id = smb2_file_id(&body);
	cur_skip(&body, 16);	/* MinimumCount, Channel, RemainingBytes, ReadChannelInfo */
	if (!cur_ok(&body))
		return false;
	p.is_bare = true;
	p.open = smb2_open_of(c, r, id);
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

/* The data follow the head that ${a} is; nbss finds them. */
enum finish read_smb2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (a == NULL || p == NULL)
		return FINISH_DONE;
	if (!has_data(a)) {
		open_answered(c, p->open, &(struct stretch){ .offset = p->offset }, a);
		return FINISH_DONE;
	}
	a->message->is_write = false;
	a->message->status = a->status;
	a->message->sink = open_hold(p->open);
	a->message->offset = a->message->begin = p->offset;
	return FINISH_DONE;
}

/* ---- SMB1 ---- */

/* [MS-CIFS] 2.2.4.42.1, [MS-SMB] 2.2.4.2.1 */
bool read_andx_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, read_andx_finish);
	struct cursor words = smb1_andx_words(b);
	uint16_t fid = cur_u16le(&words);

	p.offset = cur_u32le(&words);
	p.count = cur_u16le(&words);	/* MaxCountOfBytesToReturn */
	cur_skip(&words, 8);		/* MinCountOfBytesToReturn, Timeout, Remaining */
	if (b->words.n >= 2 * WORDS_LARGE)
		p.offset |= (uint64_t)cur_u32le(&words) << 32;
	if (!cur_ok(&words))
		return false;
	p.is_bare = true;
	p.open = smb1_open_of(c, b, fid);
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

/* ${n} bytes at ${data_offset} of the answer came out of the open. */
static enum finish finish_smb1(struct conn *c, struct pending *p, const struct answer *a, uint32_t data_offset, uint32_t n)
{
	if (!smb1_move(c, a->block, p->open, &(struct smb1_data){ .offset = p->offset, .data_offset = data_offset, .n = n }))
		return FINISH_MALFORMED;
	if (!a->block->has_bulk)
		open_answered(c, p->open, &(struct stretch){ .offset = p->offset, .n = n }, a);
	return FINISH_DONE;
}

static bool is_refused(struct conn *c, struct pending *p, const struct answer *a)
{
	if (a == NULL || p == NULL)
		return true;
	if (a->block != NULL && has_data(a))
		return false;
	open_answered(c, p->open, &(struct stretch){ .offset = p->offset }, a);
	return true;
}

/* [MS-CIFS] 2.2.4.42.2, [MS-SMB] 2.2.4.2.2 */
bool read_andx_place(const struct smb1_block *b, struct smb1_data *out)
{
	struct cursor words = smb1_andx_words(b);
	struct smb1_data d = { 0 };

	cur_skip(&words, 6);	/* Available, DataCompactionMode, Reserved1 */
	d.n = cur_u16le(&words);
	d.data_offset = cur_u16le(&words);
	d.n |= (uint32_t)cur_u16le(&words) << 16;
	if (!cur_ok(&words))
		return false;
	*out = d;
	return true;
}

enum finish read_andx_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct smb1_data d;

	if (is_refused(c, p, a))
		return FINISH_DONE;
	if (!read_andx_place(a->block, &d))
		return FINISH_MALFORMED;
	a->message->status = a->status;
	return finish_smb1(c, p, a, d.data_offset, d.n);
}

/* [MS-CIFS] 2.2.4.11.1 */
bool read_core_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, read_core_finish);

	if (!smb1_core_words(c, b, &p))
		return false;
	p.is_bare = true;
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

/* [MS-CIFS] 2.2.4.11.2: the data stand behind a format byte and their length. */
enum finish read_core_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct cursor words;
	uint16_t n;

	if (is_refused(c, p, a))
		return FINISH_DONE;
	words = smb1_words(a->block);
	n = cur_u16le(&words);
	if (!cur_ok(&words))
		return FINISH_MALFORMED;
	return finish_smb1(c, p, a, (uint32_t)a->block->bytes_at + 3, n);
}
