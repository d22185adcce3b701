#include "sensor/smb/transaction.h"

#include "sensor/smb/name.h"
#include "sensor/smb/open.h"
#include "sensor/smb/tree.h"
#include "sensor/smb/set_info.h"

enum {
	SMB_COM_TRANSACTION = 0x25,
	TRANS_TRANSACT_NMPIPE = 0x0026,
	TRANS2_SET_PATH_INFORMATION = 0x0006,
	TRANS2_SET_FILE_INFORMATION = 0x0008,
	PASS_THROUGH = 1000,	/* [MS-SMB] 2.2.2.3.5: levels above are information classes of [MS-FSCC] */
};

/* What a transaction, or a part of one, carries. */
struct parts {
	uint32_t total_data;
	uint32_t data_displacement;
	struct view parameters;
	struct view data;
	size_t n_setup;		/* words */
	uint16_t setup[2];
};

/* The counts and offsets that requests and answers share, from ParameterCount on; views count from the header. */
struct extent {
	uint16_t parameter_count, parameter_offset, parameter_displacement;
	uint16_t data_count, data_offset, data_displacement;
};

/* Fill in the views of ${e}; false if they lie outside the message. */
static bool take_parts(const struct smb1_block *b, const struct extent *e, struct parts *out)
{
	struct cursor message = smb1_bytes(b);

	out->parameters = cur_at(&message, e->parameter_count > 0 ? e->parameter_offset : 0, e->parameter_count);
	out->data = cur_at(&message, e->data_count > 0 ? e->data_offset : 0, e->data_count);
	out->data_displacement = e->data_displacement;
	return cur_ok(&message);
}

static void take_setup(struct cursor *words, struct parts *out)
{
	out->n_setup = cur_u8(words);
	cur_skip(words, 1);	/* Reserved3 */
	for (size_t i = 0; i < 2 && i < out->n_setup; i++)
		out->setup[i] = cur_u16le(words);
}

/* [MS-CIFS] 2.2.4.33.1, 2.2.4.46.1 */
static bool request_parse(const struct smb1_block *b, struct parts *out)
{
	struct cursor words = smb1_words(b);
	struct parts s = { 0 };
	struct extent e = { 0 };

	cur_skip(&words, 2);	/* TotalParameterCount */
	s.total_data = cur_u16le(&words);
	cur_skip(&words, 14);	/* MaxParameterCount, MaxDataCount, MaxSetupCount, Reserved1, Flags, Timeout, Reserved2 */
	e.parameter_count = cur_u16le(&words);
	e.parameter_offset = cur_u16le(&words);
	e.data_count = cur_u16le(&words);
	e.data_offset = cur_u16le(&words);
	take_setup(&words, &s);
	if (!cur_ok(&words) || !take_parts(b, &e, &s))
		return false;
	*out = s;
	return true;
}

static void extent_of(struct cursor *words, struct extent *e)
{
	e->parameter_count = cur_u16le(words);
	e->parameter_offset = cur_u16le(words);
	e->parameter_displacement = cur_u16le(words);
	e->data_count = cur_u16le(words);
	e->data_offset = cur_u16le(words);
	e->data_displacement = cur_u16le(words);
}

/* [MS-CIFS] 2.2.4.34.1 */
static bool secondary_parse(const struct smb1_block *b, struct parts *out)
{
	struct cursor words = smb1_words(b);
	struct parts s = { 0 };
	struct extent e;

	cur_skip(&words, 2);	/* TotalParameterCount */
	s.total_data = cur_u16le(&words);
	extent_of(&words, &e);
	if (!cur_ok(&words) || !take_parts(b, &e, &s))
		return false;
	*out = s;
	return true;
}

/* [MS-CIFS] 2.2.4.33.2 */
static bool answer_parse(const struct smb1_block *b, struct parts *out)
{
	struct cursor words = smb1_words(b);
	struct parts s = { 0 };
	struct extent e;

	cur_skip(&words, 2);	/* TotalParameterCount */
	s.total_data = cur_u16le(&words);
	cur_skip(&words, 2);	/* Reserved1 */
	extent_of(&words, &e);
	if (!cur_ok(&words) || !take_parts(b, &e, &s))
		return false;
	*out = s;
	return true;
}

/* ---- messages to pipes ---- */

/*
 * The part of a message that follows the ${*n_so_far} bytes handed on before;
 * what lies between is missing, what was handed on already is not again.
 */
static void say(struct conn *c, struct open *o, bool is_write, const struct parts *s, uint32_t *n_so_far, int64_t time_ns)
{
	struct cursor data = cur_of(s->data);
	struct piece said = { .is_write = is_write, .is_last = true, .time_ns = time_ns };

	if (s->data_displacement > *n_so_far) {
		open_lost(c, o, is_write, *n_so_far, s->data_displacement - *n_so_far, time_ns);
		*n_so_far = s->data_displacement;
	}
	cur_skip(&data, *n_so_far - s->data_displacement);
	said.bytes = cur_rest(&data);
	if (said.bytes.n > 0)
		open_data(c, o, &said);
	*n_so_far += (uint32_t)said.bytes.n;
}

bool transaction_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, transaction_finish);
	struct parts s;
	uint32_t n = 0;

	if (!request_parse(b, &s))
		return false;
	if (s.n_setup < 2 || s.setup[0] != TRANS_TRANSACT_NMPIPE) {
		count(c->env->counts, COUNT_SMB1_OTHER);
		pending_add(c, &p, view_of(NULL, 0));
		return true;
	}
	p.open = smb1_open_of(c, b, s.setup[1]);
	if (p.open != NULL && p.open->kind == OPEN_UNKNOWN)
		p.open->kind = OPEN_PIPE;
	if (p.open != NULL)
		say(c, p.open, true, &s, &n, b->message->time_ns);
	p.offset = n;
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

bool transaction_secondary(struct conn *c, const struct smb1_block *b)
{
	struct pending key = smb1_pending(b, transaction_finish);
	struct pending *p;
	struct parts s;
	uint32_t n;

	if (!secondary_parse(b, &s))
		return false;
	p = pending_find(c, key.key, SMB_COM_TRANSACTION);
	if (p == NULL || p->open == NULL)
		return true;
	n = (uint32_t)p->offset;
	say(c, p->open, true, &s, &n, b->message->time_ns);
	p->offset = n;
	return true;
}

enum finish transaction_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct parts s;

	if (a == NULL || p == NULL || p->open == NULL || a->block == NULL)
		return FINISH_DONE;
	if (a->status != STATUS_SUCCESS && a->status != STATUS_BUFFER_OVERFLOW)
		return FINISH_DONE;
	if (a->block->words.n == 0)	/* interim: send the rest of the request */
		return FINISH_MORE;
	if (!answer_parse(a->block, &s))
		return FINISH_MALFORMED;
	say(c, p->open, false, &s, &p->count, a->time_ns);
	return p->count < s.total_data ? FINISH_MORE : FINISH_DONE;
}

/* ---- setting file information ---- */

/* An information level of TRANSACTION2 as the class that means the same. */
static uint8_t class_of_level(uint16_t level)
{
	if (level == 0x0102)	/* SMB_SET_FILE_DISPOSITION_INFO, [MS-CIFS] 2.2.8.4.4 */
		return FILE_DISPOSITION;
	if (level == 0x0104)	/* SMB_SET_FILE_END_OF_FILE_INFO, 2.2.8.4.6 */
		return FILE_END_OF_FILE;
	return level > PASS_THROUGH && level <= PASS_THROUGH + UINT8_MAX ? (uint8_t)(level - PASS_THROUGH) : FILE_CLASS_NONE;
}

/* [MS-CIFS] 2.2.6.9.1 */
static bool set_file(struct conn *c, const struct smb1_block *b, const struct parts *s)
{
	struct pending p = smb1_pending(b, set_info_finish);
	struct cursor parameters = cur_of(s->parameters);
	uint16_t fid = cur_u16le(&parameters);
	uint16_t level = cur_u16le(&parameters);

	if (!cur_ok(&parameters))
		return false;
	p.open = smb1_open_of(c, b, fid);
	return set_info_request(c, &p, class_of_level(level), s->data, 4);
}

/* [MS-CIFS] 2.2.6.7.1: what is set is a file that is not open; an open stands in for it until the answer. */
static bool set_path(struct conn *c, const struct smb1_block *b, const struct parts *s)
{
	struct pending p = smb1_pending(b, set_info_finish);
	const struct tree *t = tree_find(c, p.session_id, p.tree_id);
	struct cursor parameters = cur_of(s->parameters);
	uint16_t level = cur_u16le(&parameters);
	const char *path;

	cur_skip(&parameters, 4);	/* Reserved */
	path = smb1_text(c, b, cur_rest(&parameters));
	if (!cur_ok(&parameters))
		return false;
	if (path != NULL)
		path = name_below_share(path, t != NULL ? t->path : NULL, (b->h.flags2 & SMB_FLAGS2_DFS) != 0);
	p.open = open_new(c, p.session_id, p.tree_id, path, b->message->time_ns);
	return set_info_request(c, &p, class_of_level(level), s->data, 4);
}

bool transaction_2_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, set_info_finish);
	struct parts s;

	if (!request_parse(b, &s))
		return false;
	if (s.n_setup >= 1 && s.setup[0] == TRANS2_SET_FILE_INFORMATION)
		return set_file(c, b, &s);
	if (s.n_setup >= 1 && s.setup[0] == TRANS2_SET_PATH_INFORMATION)
		return set_path(c, b, &s);
	count(c->env->counts, COUNT_SMB1_OTHER);
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}
