#include "sensor/smb/transaction.h"

#include "sensor/smb/hold.h"

enum {
	SMB_COM_TRANSACTION = 0x25,
	TRANS_TRANSACT_NMPIPE = 0x0026,
};

/* The counts and offsets that requests and answers share, from ParameterCount on; views count from the header. */
struct extent {
	uint16_t parameter_count, parameter_offset, parameter_displacement;
	uint16_t data_count, data_offset, data_displacement;
};

/* Fill in the views of ${e}; false if they lie outside the message. */
static bool take_parts(const struct smb1_block *b, const struct extent *e, struct transaction_part *out)
{
	struct cursor message = smb1_bytes(b);

	out->bytes[PARAMETERS] = cur_at(&message, e->parameter_count > 0 ? e->parameter_offset : 0, e->parameter_count);
	out->bytes[DATA] = cur_at(&message, e->data_count > 0 ? e->data_offset : 0, e->data_count);
	out->at[PARAMETERS] = e->parameter_displacement;
	out->at[DATA] = e->data_displacement;
	return cur_ok(&message);
}

static void take_setup(struct cursor *words, struct transaction_part *out)
{
	out->n_setup = cur_u8(words);
	cur_skip(words, 1);	/* Reserved3 */
	for (size_t i = 0; i < 2 && i < out->n_setup; i++)
		out->setup[i] = cur_u16le(words);
}

/* [MS-CIFS] 2.2.4.33.1, 2.2.4.46.1 */
bool transaction_request_parse(const struct smb1_block *b, struct transaction_part *out)
{
	struct cursor words = smb1_words(b);
	struct transaction_part s = { 0 };
	struct extent e = { 0 };

	s.total[PARAMETERS] = cur_u16le(&words);
	s.total[DATA] = cur_u16le(&words);
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

/* [MS-CIFS] 2.2.4.34.1, 2.2.4.47.1 */
bool transaction_secondary_parse(const struct smb1_block *b, struct transaction_part *out)
{
	struct cursor words = smb1_words(b);
	struct transaction_part s = { 0 };
	struct extent e;

	s.total[PARAMETERS] = cur_u16le(&words);
	s.total[DATA] = cur_u16le(&words);
	extent_of(&words, &e);
	if (!cur_ok(&words) || !take_parts(b, &e, &s))
		return false;
	*out = s;
	return true;
}

/* [MS-CIFS] 2.2.4.33.2, 2.2.4.46.2 */
bool transaction_answer_parse(const struct smb1_block *b, struct transaction_part *out)
{
	struct cursor words = smb1_words(b);
	struct transaction_part s = { 0 };
	struct extent e;

	s.total[PARAMETERS] = cur_u16le(&words);
	s.total[DATA] = cur_u16le(&words);
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
static void say(struct conn *c, const struct pending *p, bool is_write, const struct transaction_part *s, uint32_t *n_so_far,
		int64_t time_ns)
{
	struct open *o = p->open;
	struct cursor data = cur_of(s->bytes[DATA]);
	struct piece said = { .is_write = is_write, .is_last = true, .request = p->key, .time_ns = time_ns };

	if (s->at[DATA] > *n_so_far) {
		open_lost(c, o, is_write, *n_so_far, s->at[DATA] - *n_so_far, time_ns);
		*n_so_far = s->at[DATA];
	}
	cur_skip(&data, *n_so_far - s->at[DATA]);
	said.bytes = cur_rest(&data);
	if (said.bytes.n > 0)
		open_data(c, o, &said);
	*n_so_far += (uint32_t)said.bytes.n;
}

bool transaction_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, transaction_finish);
	struct transaction_part s;
	uint32_t n = 0;

	if (!transaction_request_parse(b, &s))
		return false;
	if (s.n_setup < 2 || s.setup[0] != TRANS_TRANSACT_NMPIPE) {
		count(c->env->counts, COUNT_SMB1_OTHER);
		pending_add(c, &p, view_of(NULL, 0));
		return true;
	}
	p.open = smb1_open_of(c, b, s.setup[1]);
	if (p.open != NULL && p.open->kind == OPEN_UNKNOWN)
		p.open->kind = OPEN_PIPE;
	hold_begin(c, p.open, p.key, s.total[DATA], p.time_ns);
	if (p.open != NULL)
		say(c, &p, true, &s, &n, b->message->time_ns);
	p.offset = n;
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

bool transaction_secondary(struct conn *c, const struct smb1_block *b)
{
	struct pending key = smb1_pending(b, transaction_finish);
	struct pending *p;
	struct transaction_part s;
	uint32_t n;

	if (!transaction_secondary_parse(b, &s))
		return false;
	p = pending_find(c, key.key, SMB_COM_TRANSACTION);
	if (p == NULL || p->open == NULL)
		return true;
	n = (uint32_t)p->offset;
	say(c, p, true, &s, &n, b->message->time_ns);
	p->offset = n;
	return true;
}

enum finish transaction_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct transaction_part s;

	if (p == NULL || p->open == NULL)
		return FINISH_DONE;
	if (a != NULL && a->block != NULL && a->status == STATUS_SUCCESS && a->block->words.n == 0)
		return FINISH_MORE;	/* interim: send the rest of the request */
	hold_answered(c, p->open, p->key, a);
	if (a == NULL || a->block == NULL || (a->status != STATUS_SUCCESS && a->status != STATUS_BUFFER_OVERFLOW))
		return FINISH_DONE;
	if (!transaction_answer_parse(a->block, &s))
		return FINISH_MALFORMED;
	say(c, p, false, &s, &p->count, a->time_ns);
	return p->count < s.total[DATA] ? FINISH_MORE : FINISH_DONE;
}
