#include "sensor/smb/transaction.h"

#include "sensor/smb/hold.h"
#include "sensor/smb/name.h"
#include "sensor/smb/rap.h"

enum {
	MOST_BYTES = 65535,		/* of a message to a pipe: a count is 16 bits wide */
	NO_FUNCTION = 0xFFFF,
	NO_SETUP = 0xFFFE,
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
	for (size_t i = 0; i < sizeof(out->setup) / sizeof(*out->setup) && i < out->n_setup; i++)
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
 * The part of a message that follows the ${*n_so_far} bytes handed on before, as the data of ${said};
 * what lies between is missing, what was handed on already is not again.
 */
static void say(struct conn *c, struct open *o, struct piece *said, const struct transaction_part *s, uint32_t *n_so_far)
{
	struct cursor data = cur_of(s->bytes[DATA]);
	struct stretch hole = { .is_write = said->is_write, .offset = *n_so_far };

	if (s->at[DATA] > *n_so_far) {
		hole.n = s->at[DATA] - *n_so_far;
		open_lost(c, o, &hole, said->time_ns);
		*n_so_far = s->at[DATA];
	}
	cur_skip(&data, *n_so_far - s->at[DATA]);
	said->bytes = cur_rest(&data);
	if (said->bytes.n > 0)
		open_data(c, o, said);
	*n_so_far += (uint32_t)said->bytes.n;
}

/* What ${p} waits for is about FID ${fid}, a pipe. */
static void mean_pipe(struct conn *c, struct pending *p, uint16_t fid)
{
	p->open = open_get(c, p->session_id, p->tree_id, fid, p->time_ns);
	if (p->open != NULL && p->open->kind == OPEN_UNKNOWN)
		p->open->kind = OPEN_PIPE;
}

/* The data go into the pipe of ${p}, once the server has taken them; how many they are. */
static uint32_t ask(struct conn *c, const struct pending *p, const struct transaction_part *whole)
{
	struct piece said = { .is_write = true, .is_last = true, .request = p->key, .time_ns = p->time_ns };
	uint32_t n = 0;

	if (whole->bytes[DATA].n > 0)
		hold_begin(c, p->open, p->key, (uint32_t)whole->bytes[DATA].n, p->time_ns);
	say(c, p->open, &said, whole, &n);
	return n;
}

/* [MS-CIFS] 2.2.5.2, 2.2.5.6 to 2.2.5.9: the data, if any, go into the pipe with the FID of the setup. */
static bool pipe_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	(void)b;
	mean_pipe(c, p, whole->setup[1]);
	ask(c, p, whole);
	pending_add(c, p, view_of(NULL, 0));
	return true;
}

/* [MS-CIFS] 2.2.5.11: the pipe is opened by its name, written, read and closed in one go. */
static bool call_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	const char *path = whole->name.n > 0 ? smb1_text(c, b, whole->name) : NULL;

	p->open = open_new(c, p->session_id, p->tree_id, path != NULL ? name_of_pipe(path) : NULL, p->time_ns);
	if (p->open != NULL)
		p->open->kind = OPEN_PIPE;
	ask(c, p, whole);
	pending_add(c, p, view_of(NULL, 0));
	return true;
}

/* Part of a message to a pipe is better than none: what reads the pipe knows that the rest is missing. */
static void pipe_cut(struct conn *c, struct pending *p, const struct transaction_part *part)
{
	uint32_t n;

	mean_pipe(c, p, part->setup[1]);
	n = ask(c, p, part);
	if (n < part->total[DATA])
		open_lost(c, p->open, &(struct stretch){ .is_write = true, .offset = n, .n = part->total[DATA] - n }, p->time_ns);
}

/* [MS-CIFS] 2.2.4.33.2: an answer may come in several messages. */
static enum finish pipe_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct transaction_part s;

	if (p->open == NULL)
		return FINISH_DONE;
	hold_answered(c, p->open, p->key, a);
	if (a == NULL || a->block == NULL)
		return FINISH_DONE;
	if (a->status != STATUS_SUCCESS && a->status != STATUS_BUFFER_OVERFLOW)
		return FINISH_DONE;
	if (a->block->words.n == 0)	/* nothing to be said */
		return FINISH_DONE;
	if (!transaction_answer_parse(a->block, &s))
		return FINISH_MALFORMED;
	say(c, p->open, &(struct piece){ .is_last = true, .request = p->key, .time_ns = a->time_ns }, &s, &p->count);
	return p->count < s.total[DATA] ? FINISH_MORE : FINISH_DONE;
}

static enum finish call_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	enum finish result = pipe_finish(c, p, a);

	if (result == FINISH_DONE && p->open != NULL)
		open_end(c, p->open, "close", a != NULL ? a->time_ns : p->time_ns);
	return result;
}

/* [MS-CIFS] 2.2.5, Trans subcommands. Those that are not here ask for the state of a pipe, wait for it, or talk to a mailslot. */
/* clang-format off */
static const struct transaction_function functions[] = {
	{ 0x0011, pipe_request, pipe_finish, "TRANS_RAW_READ_NMPIPE" },
	{ 0x0026, pipe_request, pipe_finish, "TRANS_TRANSACT_NMPIPE" },
	{ 0x0031, pipe_request, pipe_finish, "TRANS_RAW_WRITE_NMPIPE" },
	{ 0x0036, pipe_request, pipe_finish, "TRANS_READ_NMPIPE" },
	{ 0x0037, pipe_request, pipe_finish, "TRANS_WRITE_NMPIPE" },
	{ 0x0054, call_request, call_finish, "TRANS_CALL_NMPIPE" },
	{ NO_SETUP, rap_request, rap_finish, "\\PIPE\\LANMAN" },
};
/* clang-format on */

static const struct transaction_command transaction = {
	0x25, MOST_BYTES, pipe_cut, sizeof(functions) / sizeof(*functions), functions,
};

/* The Name stands before the parameters and data. */
static struct view name_of(const struct smb1_block *b)
{
	struct cursor bytes = smb1_bytes(b);

	if (!smb1_is_unicode(b))
		return cur_rest(&bytes);
	cur_align(&bytes, 2);
	return smb1_utf16(&bytes);
}

static uint16_t function_of(const struct transaction_part *part)
{
	if (part->n_setup == 0)
		return NO_SETUP;
	return part->n_setup >= 2 ? part->setup[0] : NO_FUNCTION;
}

bool transaction_request(struct conn *c, const struct smb1_block *b)
{
	struct transaction_part part;

	if (!transaction_request_parse(b, &part))
		return false;
	part.name = name_of(b);
	return assembly_first(c, b, &transaction, function_of(&part), &part);
}

bool transaction_secondary(struct conn *c, const struct smb1_block *b)
{
	struct transaction_part part;

	return transaction_secondary_parse(b, &part) && assembly_next(c, b, &transaction, &part);
}

const char *transaction_name(size_t i)
{
	return i < transaction.n ? functions[i].name : NULL;
}
