#include "sensor/smb/smb1.h"

#include "sensor/smb/assembly.h"
#include "sensor/smb/bulk.h"
#include "sensor/smb/close.h"
#include "sensor/smb/copy.h"
#include "sensor/smb/create_smb1.h"
#include "sensor/smb/delete.h"
#include "sensor/smb/dos_error.h"
#include "sensor/smb/name.h"
#include "sensor/smb/negotiate.h"
#include "sensor/smb/nt_transact.h"
#include "sensor/smb/open.h"
#include "sensor/smb/raw.h"
#include "sensor/smb/read.h"
#include "sensor/smb/rename.h"
#include "sensor/smb/session_setup.h"
#include "sensor/smb/transaction.h"
#include "sensor/smb/transaction2.h"
#include "sensor/smb/tree_connect.h"
#include "sensor/smb/write.h"

enum {
	LOCKING_ANDX = 0x24,
	OPLOCK_BREAK_MID = 0xFFFF,
	RELATED_FID = 0xFFFF,
	BLOCK_HEAD_BYTES = 1,	/* WordCount */
	BYTE_COUNT_BYTES = 2,
};

#define SMB1_MAGIC ((uint32_t)0xFF534D42)	/* Protocol, as it is written */

enum andx { NO_ANDX, ANDX };

struct command {
	enum andx andx;
	smb1_request_fn request;
	finish_fn finish;
	const char *name;
};

static bool no_request(struct conn *c, const struct smb1_block *b)
{
	(void)b;
	count(c->env->counts, COUNT_SMB1_OTHER);
	return true;
}

static enum finish no_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	(void)c;
	(void)p;
	(void)a;
	return FINISH_DONE;
}

/* [MS-CIFS] 2.2.2.1. Commands that are not here yield no fact and cannot be followed by another: they ask, list, lock, set times
 * and attributes, are reserved, or are for connectionless transports alone (READ_MPX, WRITE_MPX: 2.2.4.23, 2.2.4.26). */
/* clang-format off */
static const struct command commands[] = {
	[0x00] = { NO_ANDX, create_smb1_directory_request, create_smb1_directory_finish, "CREATE_DIRECTORY" },
	[0x01] = { NO_ANDX, delete_smb1_request,           delete_smb1_finish,           "DELETE_DIRECTORY" },
	[0x02] = { NO_ANDX, create_smb1_open_request,      create_smb1_open_finish,      "OPEN" },
	[0x03] = { NO_ANDX, create_smb1_core_request,      create_smb1_core_finish,      "CREATE" },
	[0x04] = { NO_ANDX, close_smb1_request,            close_finish,                 "CLOSE" },
	[0x06] = { NO_ANDX, delete_smb1_request,           delete_smb1_finish,           "DELETE" },
	[0x07] = { NO_ANDX, rename_smb1_request,           rename_smb1_finish,           "RENAME" },
	[0x0A] = { NO_ANDX, read_core_request,             read_core_finish,             "READ" },
	[0x0B] = { NO_ANDX, write_core_request,            write_core_finish,            "WRITE" },
	[0x0E] = { NO_ANDX, create_smb1_temporary_request, create_smb1_temporary_finish, "CREATE_TEMPORARY" },
	[0x0F] = { NO_ANDX, create_smb1_core_request,      create_smb1_core_finish,      "CREATE_NEW" },
	[0x13] = { NO_ANDX, read_core_request,             read_core_finish,             "LOCK_AND_READ" },
	[0x14] = { NO_ANDX, write_core_request,            write_finish,                 "WRITE_AND_UNLOCK" },
	[0x1A] = { NO_ANDX, raw_read_request,              raw_read_finish,              "READ_RAW" },
	[0x1D] = { NO_ANDX, raw_write_request,             raw_write_finish,             "WRITE_RAW" },
	[0x24] = { ANDX,    no_request,                    no_finish,                    "LOCKING_ANDX" },
	[0x25] = { NO_ANDX, transaction_request,           assembly_finish,              "TRANSACTION" },
	[0x26] = { NO_ANDX, transaction_secondary,         no_finish,                    "TRANSACTION_SECONDARY" },
	[0x29] = { NO_ANDX, copy_smb1_request,             copy_smb1_finish,             "COPY" },
	[0x2A] = { NO_ANDX, rename_smb1_request,           rename_smb1_finish,           "MOVE" },
	[0x2C] = { NO_ANDX, write_and_close_request,       write_and_close_finish,       "WRITE_AND_CLOSE" },
	[0x2D] = { ANDX,    create_smb1_open_andx_request, create_smb1_open_andx_finish, "OPEN_ANDX" },
	[0x2E] = { ANDX,    read_andx_request,             read_andx_finish,             "READ_ANDX" },
	[0x2F] = { ANDX,    write_andx_request,            write_finish,                 "WRITE_ANDX" },
	[0x32] = { NO_ANDX, transaction2_request,          assembly_finish,              "TRANSACTION2" },
	[0x33] = { NO_ANDX, transaction2_secondary,        no_finish,                    "TRANSACTION2_SECONDARY" },
	[0x70] = { NO_ANDX, tree_connect_core_request,     tree_connect_core_finish,     "TREE_CONNECT" },
	[0x71] = { NO_ANDX, tree_connect_smb1_end,         tree_connect_end_finish,      "TREE_DISCONNECT" },
	[0x72] = { NO_ANDX, negotiate_smb1_request,        negotiate_smb1_finish,        "NEGOTIATE" },
	[0x73] = { ANDX,    session_setup_smb1_request,    session_setup_smb1_finish,    "SESSION_SETUP_ANDX" },
	[0x74] = { ANDX,    session_setup_smb1_logoff,     session_setup_logoff_finish,  "LOGOFF_ANDX" },
	[0x75] = { ANDX,    tree_connect_smb1_request,     tree_connect_smb1_finish,     "TREE_CONNECT_ANDX" },
	[0xA0] = { NO_ANDX, nt_transact_request,           assembly_finish,              "NT_TRANSACT" },
	[0xA1] = { NO_ANDX, nt_transact_secondary,         no_finish,                    "NT_TRANSACT_SECONDARY" },
	[0xA2] = { ANDX,    create_smb1_nt_request,        create_smb1_nt_finish,        "NT_CREATE_ANDX" },
	[0xA5] = { NO_ANDX, rename_smb1_nt_request,        rename_smb1_nt_finish,        "NT_RENAME" },
	[0xC0] = { NO_ANDX, create_smb1_core_request,      create_smb1_core_finish,      "OPEN_PRINT_FILE" },
	[0xC1] = { NO_ANDX, write_print_request,           write_finish,                 "WRITE_PRINT_FILE" },
	[0xC2] = { NO_ANDX, close_smb1_request,            close_finish,                 "CLOSE_PRINT_FILE" },
};
/* clang-format on */

static const struct command *command_of(uint8_t command)
{
	static const struct command other = { NO_ANDX, no_request, no_finish, NULL };

	return command < sizeof(commands) / sizeof(*commands) && commands[command].name != NULL ? &commands[command] : &other;
}

const char *smb1_command(size_t i, bool *is_read)
{
	for (size_t at = 0; at < sizeof(commands) / sizeof(*commands); at++) {
		if (commands[at].name == NULL || i-- > 0)
			continue;
		*is_read = commands[at].request != no_request;
		return commands[at].name;
	}
	return NULL;
}

const char *smb1_name(uint8_t command)
{
	return command_of(command)->name;
}

/* ---- reading ---- */

/* [MS-CIFS] 2.2.3.1 */
static bool header_parse(struct cursor *message, struct smb1_header *out)
{
	struct smb1_header h;
	struct cursor c;
	uint32_t status;

	if (!cur_part(message, SMB1_HEADER_BYTES, &c) || cur_u32be(&c) != SMB1_MAGIC)
		return false;
	h.command = cur_u8(&c);
	status = cur_u32le(&c);
	h.flags = cur_u8(&c);
	h.flags2 = cur_u16le(&c);
	cur_skip(&c, 12);	/* PIDHigh, SecurityFeatures, Reserved */
	h.tid = cur_u16le(&c);
	h.pid = cur_u16le(&c);
	h.uid = cur_u16le(&c);
	h.mid = cur_u16le(&c);
	h.status = (h.flags2 & SMB_FLAGS2_NT_STATUS) ? status : dos_error_status(status);
	*out = h;
	return true;
}

/* [MS-CIFS] 2.2.3.2, 2.2.3.3. ByteCount is not relied on: large writes overflow it. */
bool smb1_block_parse(struct view message, size_t at, struct smb1_block *out)
{
	struct cursor c = cur_of(message);
	struct smb1_block b = { .bytes_of_message = message, .at = at };

	if (!header_parse(&c, &b.h))
		return false;
	b.command = b.h.command;
	cur_seek(&c, at);
	b.words = cur_take(&c, 2 * (size_t)cur_u8(&c));
	b.bytes_n = cur_u16le(&c);
	b.bytes_at = cur_offset(&c);
	if (!cur_ok(&c))
		return false;
	if (b.bytes_n > cur_left(&c))
		b.bytes_n = cur_left(&c);
	*out = b;
	return true;
}

struct cursor smb1_words(const struct smb1_block *b)
{
	return cur_of(b->words);
}

struct cursor smb1_andx_words(const struct smb1_block *b)
{
	struct cursor words = smb1_words(b);

	cur_skip(&words, 4);
	return words;
}

struct cursor smb1_bytes(const struct smb1_block *b)
{
	struct cursor message = cur_of(b->bytes_of_message);
	struct cursor bytes = cur_of(cur_take(&message, b->bytes_at + b->bytes_n));

	cur_seek(&bytes, b->bytes_at);
	return bytes;
}

bool smb1_core_words(struct conn *c, const struct smb1_block *b, struct pending *p)
{
	struct cursor words = smb1_words(b);
	uint16_t fid = cur_u16le(&words);
	uint16_t n = cur_u16le(&words);
	uint32_t offset = cur_u32le(&words);

	if (!cur_ok(&words))
		return false;
	p->count = n;
	p->offset = offset;
	p->open = smb1_open_of(c, b, fid);
	return true;
}

bool smb1_is_unicode(const struct smb1_block *b)
{
	return (b->h.flags2 & SMB_FLAGS2_UNICODE) != 0;
}

struct view smb1_utf16(struct cursor *bytes)
{
	struct cursor ahead = *bytes;
	struct view text;
	size_t n = 0;

	while (cur_left(&ahead) >= 2 && cur_u16le(&ahead) != 0)
		n += 2;
	text = cur_take(bytes, n);
	cur_skip(bytes, cur_left(bytes) >= 2 ? 2 : cur_left(bytes));
	return text;
}

/* One byte a character. */
static struct view up_to_nul(struct cursor *bytes)
{
	struct cursor ahead = *bytes;
	size_t n = 0;
	struct view text;

	while (cur_left(&ahead) >= 1 && cur_u8(&ahead) != 0)
		n++;
	text = cur_take(bytes, n);
	cur_skip(bytes, cur_left(bytes) >= 1 ? 1 : 0);
	return text;
}

char *smb1_ascii(struct conn *c, struct cursor *bytes)
{
	return text_of_bytes(c->env->arena, up_to_nul(bytes));
}

char *smb1_string(struct conn *c, const struct smb1_block *b, struct cursor *bytes)
{
	if (!smb1_is_unicode(b))
		return smb1_ascii(c, bytes);
	if (cur_left(bytes) > 0)
		cur_align(bytes, 2);
	return text_of_utf16le(c->env->arena, smb1_utf16(bytes));
}

char *smb1_text(struct conn *c, const struct smb1_block *b, struct view bytes)
{
	return name_text(c->env->arena, bytes, smb1_is_unicode(b));
}

char *smb1_path(struct conn *c, const struct smb1_block *b, struct cursor *bytes)
{
	bool is_unicode = smb1_is_unicode(b);

	if (is_unicode && cur_left(bytes) > 0)
		cur_align(bytes, 2);
	return smb1_text(c, b, is_unicode ? smb1_utf16(bytes) : up_to_nul(bytes));
}

/* ---- the plan ---- */

static bool is_response(const struct smb1_header *h)
{
	return (h->flags & SMB_FLAGS_REPLY) != 0;
}

/* [MS-CIFS] 3.2.5.42: the one request a server sends. */
static bool is_oplock_break(const struct smb1_header *h)
{
	return h->command == LOCKING_ANDX && !is_response(h) && h->mid == OPLOCK_BREAK_MID;
}

/* Header ${h} of a message that went ${way} says what the message is, whatever it said. */
static void set_right(const struct conn *c, enum way way, struct smb1_header *h)
{
	if (is_oplock_break(h))
		return;
	if (conn_is_response(c, way, is_response(h)))
		h->flags |= SMB_FLAGS_REPLY;
	else
		h->flags &= (uint8_t)~SMB_FLAGS_REPLY;
}

/* What a response repeats of its request. */
static uint64_t key_of(const struct smb1_header *h)
{
	return (uint64_t)h->mid << 16 | h->pid;
}

static struct plan plan_whole(const struct message *m)
{
	return (struct plan){ .verdict = UNIT_WHOLE, .unit = m->left };
}

/* Messages of which the bulk data are handed on piece by piece, and who knows where these lie. */
struct bulk {
	uint8_t command;
	bool in_response;
	bool (*place)(const struct smb1_block *b, struct smb1_data *out);
};

static const struct bulk bulks[] = {
	{ 0x2E, true, read_andx_place },
	{ 0x2F, false, write_andx_place },
};

/* The row that ${h} belongs to; NULL for a message that is read as a whole. */
static const struct bulk *bulk_of(const struct smb1_header *h)
{
	for (size_t i = 0; i < sizeof(bulks) / sizeof(*bulks); i++)
		if (bulks[i].command == h->command && bulks[i].in_response == is_response(h))
			return &bulks[i];
	return NULL;
}

/* Where the bulk data of a message that is no chain and no refusal lie; false if there are none. */
static bool find_bulk(const struct smb1_block *b, struct smb1_data *out)
{
	struct cursor words = smb1_words(b);

	if (cur_u8(&words) != SMB1_NO_ANDX || !cur_ok(&words))
		return false;
	if (is_response(&b->h) && b->h.status != STATUS_SUCCESS && b->h.status != STATUS_BUFFER_OVERFLOW)
		return false;
	return bulk_of(&b->h)->place(b, out);
}

struct plan smb1_plan(struct conn *c, enum way way, const struct message *m, struct view head)
{
	uint32_t need = SMB1_HEADER_BYTES + BLOCK_HEAD_BYTES;
	struct cursor cur = cur_of(head);
	struct smb1_header h;
	struct smb1_block b;
	struct smb1_data d;

	if (m->n_units > 0 || m->left < need + BYTE_COUNT_BYTES) {
		conn_malformed(c, COUNT_SMB1_MALFORMED);
		return (struct plan){ .verdict = UNIT_BAD };
	}
	if (head.n < need)
		return (struct plan){ .verdict = UNIT_MORE, .head = need };
	if (!header_parse(&cur, &h))
		return plan_whole(m);
	set_right(c, way, &h);
	if (is_response(&h) && command_of(h.command)->finish != no_finish && pending_is_awaited(c, key_of(&h), h.command, m))
		return (struct plan){ .verdict = UNIT_WAIT };
	if (bulk_of(&h) == NULL)
		return plan_whole(m);
	need += 2u * cur_u8(&cur) + BYTE_COUNT_BYTES;
	if (need > m->left)
		return plan_whole(m);
	if (head.n < need)
		return (struct plan){ .verdict = UNIT_MORE, .head = need };
	if (!smb1_block_parse(head, SMB1_HEADER_BYTES, &b))
		return plan_whole(m);
	b.h = h;
	if (!find_bulk(&b, &d) || d.n == 0)
		return plan_whole(m);
	if (d.data_offset < need || d.data_offset > m->left || d.n > m->left - d.data_offset)
		return plan_whole(m);
	return (struct plan){
		.verdict = UNIT_BULK, .head = need, .before = d.data_offset - need, .data = d.n, .unit = m->left,
	};
}

/* ---- requests and responses ---- */

struct pending smb1_pending(const struct smb1_block *b, finish_fn finish)
{
	return (struct pending){
		.key = key_of(&b->h), .command = b->command, .time_ns = b->message->time_ns,
		.session_id = b->h.uid, .tree_id = b->h.tid, .serial = b->message->serial, .finish = finish,
	};
}

struct open *smb1_chained_open(const struct smb1_block *b)
{
	return b->at != SMB1_HEADER_BYTES ? open_hold(b->message->open) : NULL;
}

struct open *smb1_open_of(struct conn *c, const struct smb1_block *b, uint16_t fid)
{
	struct open *chained = smb1_chained_open(b);

	return chained != NULL ? chained : open_get(c, b->h.uid, b->h.tid, fid, b->message->time_ns);
}

bool smb1_move(struct conn *c, const struct smb1_block *b, struct open *o, const struct smb1_data *d)
{
	struct message *m = b->message;
	struct cursor message = cur_of(b->bytes_of_message);
	struct piece piece = {
		.is_write = !is_response(&b->h), .is_last = true, .request = key_of(&b->h), .offset = d->offset, .time_ns = m->time_ns,
	};

	if (b->has_bulk) {
		m->is_write = piece.is_write;
		m->sink = open_hold(o);
		m->request = piece.request;
		m->offset = m->begin = d->offset;
		return true;
	}
	piece.bytes = cur_at(&message, d->n > 0 ? d->data_offset : 0, d->n);
	if (!cur_ok(&message))
		return false;
	if (d->n > 0)
		open_data(c, o, &piece);
	return true;
}

static void request(struct conn *c, const struct smb1_block *b)
{
	if (!command_of(b->command)->request(c, b))
		conn_malformed(c, COUNT_SMB1_MALFORMED);
}

static struct answer answer_of(const struct message *m, const struct smb1_header *h)
{
	return (struct answer){
		.time_ns = m->time_ns, .status = h->status, .session_id = h->uid, .tree_id = h->tid,
	};
}

static void response(struct conn *c, const struct smb1_block *b)
{
	struct answer a = answer_of(b->message, &b->h);
	struct reply r = { key_of(&b->h), b->command, command_of(b->command)->finish, COUNT_SMB1_MALFORMED };

	a.block = b;
	a.unit = b->bytes_of_message;
	a.message = b->message;
	if (r.finish == no_finish)
		count(c->env->counts, COUNT_SMB1_OTHER);
	else
		pending_answer(c, &r, &a);
}

/* The next block of an AndX chain: its command and where it begins; false at the chain's end. */
static bool next_block(struct conn *c, const struct smb1_block *b, uint8_t *command, size_t *at)
{
	struct cursor words = smb1_words(b);
	uint8_t next = cur_u8(&words);
	size_t offset;

	if (command_of(b->command)->andx == NO_ANDX || !cur_ok(&words) || next == SMB1_NO_ANDX)
		return false;
	cur_skip(&words, 1);	/* AndXReserved */
	offset = cur_u16le(&words);
	if (!cur_ok(&words) || offset == 0)	/* an error ends a chain without saying so */
		return false;
	if (offset <= *at) {
		count(c->env->counts, COUNT_SMB1_CHAIN_CUT);
		return false;
	}
	*command = next;
	*at = offset;
	return true;
}

static bool is_failed(const struct smb1_header *h)
{
	return h->status != STATUS_SUCCESS && h->status != STATUS_MORE_PROCESSING_REQUIRED && h->status != STATUS_BUFFER_OVERFLOW;
}

/* The oldest request that ${h} may answer; NULL if none waits. */
static struct pending *asked(struct conn *c, const struct smb1_header *h)
{
	struct pending *p = c->pendings;

	while (p != NULL && p->key != key_of(h))
		p = p->next;
	return p;
}

/* A failed chain ends at the block that failed: the requests of message ${serial} behind it were not carried out. */
static void fail_rest(struct conn *c, const struct message *m, const struct smb1_header *h, uint32_t serial)
{
	struct answer a = answer_of(m, h);
	struct pending *p = is_failed(h) ? c->pendings : NULL;

	while (p != NULL) {
		struct pending *next = p->next;

		if (p->serial == serial && p->key == key_of(h))
			pending_end(c, p, &a);
		p = next;
	}
}

static void show(const struct conn *c, enum way way, const struct smb1_block *b)
{
	struct smb_command shown = {
		.ends = c->ends, .way = way, .time_ns = b->message->time_ns, .name = command_of(b->command)->name, .command = b->command,
		.is_smb1 = true, .is_response = is_response(&b->h), .has_tree = true, .message_id = b->h.mid, .process_id = b->h.pid,
		.session_id = b->h.uid, .tree_id = b->h.tid, .status = b->h.status,
	};

	c->env->watcher->see(c->env->watcher->ctx, &shown);
}

/* The blocks of a message, of which ${b} is the first. In an answer all are of success but the last, of which the header tells. */
static void chain(struct conn *c, enum way way, struct message *m, struct smb1_block *b)
{
	struct view unit = b->bytes_of_message;
	struct smb1_header h = b->h;
	const struct pending *first = is_response(&h) ? asked(c, &h) : NULL;
	uint32_t serial = first != NULL ? first->serial : 0;
	size_t at = b->at;
	uint8_t command = h.command;
	bool has_next;

	m->serial = (uint32_t)c->env->counts->of[COUNT_SMB_MESSAGES] + 1;
	do {
		if (at != SMB1_HEADER_BYTES && !smb1_block_parse(unit, at, b)) {
			conn_malformed(c, COUNT_SMB1_MALFORMED);
			break;
		}
		b->h = h;
		b->command = command;
		b->message = m;
		b->has_bulk = m->has_bulk;
		has_next = next_block(c, b, &command, &at);
		if (has_next && is_failed(&h))
			b->h.status = STATUS_SUCCESS;
		count(c->env->counts, COUNT_SMB_MESSAGES);
		if (c->env->watcher != NULL)
			show(c, way, b);
		if (is_response(&h))
			response(c, b);
		else
			request(c, b);
	} while (has_next);
	if (serial != 0)
		fail_rest(c, m, &h, serial);
}

void smb1_unit(struct conn *c, enum way way, struct message *m, struct view unit)
{
	struct smb1_block b;

	if (!smb1_block_parse(unit, SMB1_HEADER_BYTES, &b)) {
		conn_malformed(c, COUNT_SMB1_MALFORMED);
		return;
	}
	if (!is_oplock_break(&b.h))
		conn_takes(c, way, is_response(&b.h));
	set_right(c, way, &b.h);
	chain(c, way, m, &b);
}

void smb1_whole(struct conn *c, enum way way, struct message *m, struct view message)
{
	struct plan plan = smb1_plan(c, way, m, message);

	if (plan.verdict == UNIT_WAIT || plan.unit > LIMIT_MESSAGE_BYTES)
		return;
	m->has_bulk = plan.data > 0;
	if (plan.verdict != UNIT_BAD)
		smb1_unit(c, way, m, view_first(message, plan.verdict == UNIT_BULK ? plan.head : plan.unit));
	m->left = 0;
	if (plan.verdict == UNIT_BULK)
		bulk_whole(c, m, message, &plan);
}
