#include "sensor/smb/smb2.h"

#include "sensor/smb/bulk.h"
#include "sensor/smb/close.h"
#include "sensor/smb/create.h"
#include "sensor/smb/ioctl.h"
#include "sensor/smb/negotiate.h"
#include "sensor/smb/open.h"
#include "sensor/smb/read.h"
#include "sensor/smb/session.h"
#include "sensor/smb/session_setup.h"
#include "sensor/smb/set_info.h"
#include "sensor/smb/tree_connect.h"
#include "sensor/smb/write.h"

enum { NEGOTIATE = 0x00, SESSION_SETUP = 0x01 };

#define SMB2_MAGIC ((uint32_t)0xFE534D42)	/* ProtocolId, as it is written */

#define NOT_ASKED UINT64_MAX	/* MessageId of a server that speaks unasked ([MS-SMB2] 2.2.23.2) */

/* How much of an element of ${unit} bytes, of which ${head} is there, a command needs. */
typedef struct plan (*plan_fn)(struct conn *c, const struct smb2_header *h, struct view head, uint32_t unit);

struct command {
	smb2_request_fn request;
	finish_fn finish;
	plan_fn of_request;
	plan_fn of_response;
	const char *name;
};

static bool no_request(struct conn *c, const struct smb2_request *r)
{
	(void)r;
	count(c->env->counts, COUNT_SMB2_OTHER);
	return true;
}

static enum finish no_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	(void)c;
	(void)p;
	(void)a;
	return FINISH_DONE;
}

/* A request that yields no fact, but says what related elements behind it are about: FileId at ${offset} of its body. */
static bool refer(struct conn *c, const struct smb2_request *r, size_t offset)
{
	struct cursor body = smb2_body(r->unit);
	uint64_t id;

	count(c->env->counts, COUNT_SMB2_OTHER);
	if (r->h.next_command == 0)
		return true;
	cur_skip(&body, offset);
	id = smb2_file_id(&body);
	if (!cur_ok(&body))
		return false;
	open_release(c, smb2_known_open_of(c, r, id));
	return true;
}

static bool refer_by_8(struct conn *c, const struct smb2_request *r)
{
	return refer(c, r, 8);
}

static bool refer_by_24(struct conn *c, const struct smb2_request *r)
{
	return refer(c, r, 24);
}

/* ---- reading ---- */

/* [MS-SMB2] 2.2.1.1, 2.2.1.2 */
static bool smb2_header_parse(struct view unit, struct smb2_header *out)
{
	struct cursor all = cur_of(unit), c;
	struct smb2_header h;

	if (!cur_part(&all, SMB2_HEADER_BYTES, &c) || cur_u32be(&c) != SMB2_MAGIC || cur_u16le(&c) != SMB2_HEADER_BYTES)
		return false;
	cur_skip(&c, 2);		/* CreditCharge */
	h.status = cur_u32le(&c);	/* in requests ChannelSequence and Reserved */
	h.command = cur_u16le(&c);
	cur_skip(&c, 2);		/* CreditRequest/CreditResponse */
	h.flags = cur_u32le(&c);
	h.next_command = cur_u32le(&c);
	h.message_id = cur_u64le(&c);
	cur_skip(&c, 4);		/* Reserved, or the low half of AsyncId */
	h.tree_id = cur_u32le(&c);	/* or the high half of AsyncId */
	if (h.flags & SMB2_FLAGS_ASYNC_COMMAND)
		h.tree_id = 0;
	h.session_id = cur_u64le(&c);
	*out = h;	/* Signature follows */
	return true;
}

struct cursor smb2_body(struct view unit)
{
	struct cursor c = cur_of(unit);

	cur_skip(&c, SMB2_HEADER_BYTES);
	return c;
}

uint64_t smb2_file_id(struct cursor *c)
{
	cur_skip(c, 8);	/* Persistent */
	return cur_u64le(c);
}

/* ---- the plan ---- */

static bool says_response(const struct smb2_header *h)
{
	return (h->flags & SMB2_FLAGS_SERVER_TO_REDIR) != 0;
}

/* The header of an element that went ${way}. */
static bool header_of(const struct conn *c, enum way way, struct view unit, struct smb2_header *h)
{
	if (!smb2_header_parse(unit, h))
		return false;
	h->is_response = conn_is_response(c, way, says_response(h));
	return true;
}

static struct plan bad(struct conn *c)
{
	conn_malformed(c, COUNT_SMB2_MALFORMED);
	return (struct plan){ .verdict = UNIT_BAD };
}

static struct plan more(uint32_t head_bytes)
{
	return (struct plan){ .verdict = UNIT_MORE, .head = head_bytes };
}

/* The header alone says it. */
static struct plan plan_head(struct conn *c, const struct smb2_header *h, struct view head, uint32_t unit)
{
	(void)c;
	(void)h;
	(void)head;
	return (struct plan){ .verdict = UNIT_BULK, .head = SMB2_HEADER_BYTES, .unit = unit };
}

static struct plan plan_whole(struct conn *c, const struct smb2_header *h, struct view head, uint32_t unit)
{
	(void)c;
	(void)h;
	(void)head;
	return (struct plan){ .verdict = UNIT_WHOLE, .unit = unit };
}

/* Bulk data of ${length} bytes at ${offset}, counted from the header, behind a head of ${head_bytes}. */
static struct plan plan_bulk(struct conn *c, uint32_t unit, uint32_t head_bytes, uint32_t offset, uint32_t length)
{
	if (length == 0)
		return (struct plan){ .verdict = UNIT_BULK, .head = head_bytes, .unit = unit };
	if (offset < head_bytes || offset > unit || length > unit - offset)
		return bad(c);
	return (struct plan){
		.verdict = UNIT_BULK, .head = head_bytes, .before = offset - head_bytes, .data = length, .unit = unit,
	};
}

/* [MS-SMB2] 2.2.21: where the data of a write lie. */
static struct plan plan_write(struct conn *c, const struct smb2_header *h, struct view head, uint32_t unit)
{
	struct cursor body = smb2_body(head);
	uint32_t offset, length;

	(void)h;
	if (unit < SMB2_WRITE_HEAD_BYTES)
		return bad(c);
	if (head.n < SMB2_WRITE_HEAD_BYTES)
		return more(SMB2_WRITE_HEAD_BYTES);
	cur_skip(&body, 2);	/* StructureSize */
	offset = cur_u16le(&body);
	length = cur_u32le(&body);
	return plan_bulk(c, unit, SMB2_WRITE_HEAD_BYTES, offset, length);
}

/* [MS-SMB2] 2.2.20: where the data of an answered read lie. An error is answered by 2.2.2 instead. */
static struct plan plan_read(struct conn *c, const struct smb2_header *h, struct view head, uint32_t unit)
{
	struct cursor body = smb2_body(head);
	uint32_t offset, length;

	if (h->status != STATUS_SUCCESS && h->status != STATUS_BUFFER_OVERFLOW)
		return plan_head(c, h, head, unit);
	if (unit < SMB2_READ_HEAD_BYTES)
		return bad(c);
	if (head.n < SMB2_READ_HEAD_BYTES)
		return more(SMB2_READ_HEAD_BYTES);
	cur_skip(&body, 2);	/* StructureSize */
	offset = cur_u8(&body);
	cur_skip(&body, 1);
	length = cur_u32le(&body);
	return plan_bulk(c, unit, SMB2_READ_HEAD_BYTES, offset, length);
}

/* [MS-SMB2] 2.2.1.2, by Command. */
/* clang-format off */
static const struct command commands[] = {
	[0x00] = { negotiate_smb2_request,       negotiate_smb2_finish,       plan_whole, plan_whole, "NEGOTIATE" },
	[0x01] = { session_setup_smb2_request,   session_setup_smb2_finish,   plan_whole, plan_whole, "SESSION_SETUP" },
	[0x02] = { session_setup_logoff_request, session_setup_logoff_finish, plan_head,  plan_head,  "LOGOFF" },
	[0x03] = { tree_connect_smb2_request,    tree_connect_smb2_finish,    plan_whole, plan_whole, "TREE_CONNECT" },
	[0x04] = { tree_connect_end_request,     tree_connect_end_finish,     plan_head,  plan_head,  "TREE_DISCONNECT" },
	[0x05] = { create_smb2_request,          create_smb2_finish,          plan_whole, plan_whole, "CREATE" },
	[0x06] = { close_smb2_request,           close_smb2_finish,           plan_whole, plan_whole, "CLOSE" },
	[0x07] = { refer_by_8,                   no_finish,                   plan_whole, plan_head,  "FLUSH" },	/* 2.2.17 */
	[0x08] = { read_smb2_request,            read_smb2_finish,            plan_whole, plan_read,  "READ" },
	[0x09] = { write_smb2_request,           write_finish,                plan_write, plan_head,  "WRITE" },
	[0x0A] = { refer_by_8,                   no_finish,                   plan_whole, plan_head,  "LOCK" },	/* 2.2.26 */
	[0x0B] = { ioctl_smb2_request,           ioctl_smb2_finish,           plan_whole, plan_whole, "IOCTL" },
	[0x0C] = { no_request,                   no_finish,                   plan_head,  plan_head,  "CANCEL" },
	[0x0D] = { no_request,                   no_finish,                   plan_head,  plan_head,  "ECHO" },
	[0x0E] = { refer_by_8,                   no_finish,                   plan_whole, plan_head,  "QUERY_DIRECTORY" },	/* 2.2.33 */
	[0x0F] = { refer_by_8,                   no_finish,                   plan_whole, plan_head,  "CHANGE_NOTIFY" },	/* 2.2.35 */
	[0x10] = { refer_by_24,                  no_finish,                   plan_whole, plan_head,  "QUERY_INFO" },	/* 2.2.37 */
	[0x11] = { set_info_smb2_request,        set_info_finish,             plan_whole, plan_head,  "SET_INFO" },
	[0x12] = { no_request,                   no_finish,                   plan_head,  plan_head,  "OPLOCK_BREAK" },
};
/* clang-format on */

/* A server refuses what it does not know and goes on with the rest of the compound, and so do we. */
static const struct command unknown = { no_request, no_finish, plan_head, plan_head, NULL };

static const struct command *command_of(const struct smb2_header *h)
{
	return h->command < sizeof(commands) / sizeof(*commands) ? &commands[h->command] : &unknown;
}

const char *smb2_command(size_t i, bool *is_read)
{
	if (i >= sizeof(commands) / sizeof(*commands))
		return NULL;
	*is_read = commands[i].finish != no_finish;
	return commands[i].name;
}

/* True if ${h} answers what was not asked yet, and should have been. */
static bool awaits_request(struct conn *c, const struct message *m, const struct smb2_header *h)
{
	if (command_of(h)->finish == no_finish || h->status == STATUS_PENDING || h->message_id == NOT_ASKED)
		return false;
	if (h->command == NEGOTIATE && pending_find_command(c, NEGOTIATE_SMB1_COMMAND) != NULL)
		return false;
	return pending_is_awaited(c, h->message_id, (uint8_t)h->command, m);
}

/* What to do with an element that has header ${h} and begins with ${head}. */
static struct plan plan_of(struct conn *c, const struct message *m, const struct smb2_header *h, struct view head)
{
	uint32_t unit = h->next_command != 0 ? h->next_command : m->left;

	if (unit < SMB2_HEADER_BYTES || unit > m->left)
		return bad(c);
	return (h->is_response ? command_of(h)->of_response : command_of(h)->of_request)(c, h, head, unit);
}

struct plan smb2_plan(struct conn *c, enum way way, const struct message *m, struct view head)
{
	enum { MAGIC_AND_SIZE = 6 };
	struct smb2_header h;
	struct cursor cur = cur_of(head);

	if (m->left < SMB2_HEADER_BYTES)
		return bad(c);
	if (head.n < MAGIC_AND_SIZE)
		return more(MAGIC_AND_SIZE);
	cur_skip(&cur, 4);
	if (cur_u16le(&cur) != SMB2_HEADER_BYTES && m->n_units == 0)
		return (struct plan){ .verdict = UNIT_ALIEN, .head = MAGIC_AND_SIZE };
	if (head.n < SMB2_HEADER_BYTES)
		return more(SMB2_HEADER_BYTES);
	if (!header_of(c, way, head, &h))
		return bad(c);
	if (h.is_response && awaits_request(c, m, &h))
		return (struct plan){ .verdict = UNIT_WAIT };
	return plan_of(c, m, &h, head);
}

/* ---- requests and responses ---- */

/* What the message is about from here on; takes over the reference. */
static struct open *refer_to(struct conn *c, struct message *m, struct open *o)
{
	open_release(c, m->open);
	m->open = o;
	return open_hold(o);
}

static bool means_previous(const struct smb2_request *r, uint64_t volatile_id)
{
	return volatile_id == UINT64_MAX && (r->h.flags & SMB2_FLAGS_RELATED_OPERATIONS);
}

struct open *smb2_open_of(struct conn *c, const struct smb2_request *r, uint64_t volatile_id)
{
	if (means_previous(r, volatile_id))
		return open_hold(r->message->open);
	return refer_to(c, r->message, open_get(c, r->h.session_id, r->h.tree_id, volatile_id, r->message->time_ns));
}

struct open *smb2_known_open_of(struct conn *c, const struct smb2_request *r, uint64_t volatile_id)
{
	if (means_previous(r, volatile_id))
		return open_hold(r->message->open);
	return refer_to(c, r->message, open_find(c, r->h.session_id, volatile_id));
}

struct pending smb2_pending(const struct smb2_request *r, finish_fn finish)
{
	return (struct pending){
		.key = r->h.message_id, .command = (uint8_t)r->h.command, .time_ns = r->message->time_ns,
		.session_id = r->h.session_id, .tree_id = r->h.tree_id, .finish = finish,
	};
}

/* [MS-SMB2] 3.3.5.2.7.2: a related element may leave its ids to the one before it. */
static void inherit(struct message *m, struct smb2_header *h)
{
	if (h->flags & SMB2_FLAGS_RELATED_OPERATIONS) {
		if (h->session_id == UINT64_MAX)
			h->session_id = m->session_id;
		if (h->tree_id == UINT32_MAX)
			h->tree_id = m->tree_id;
	}
	m->session_id = h->session_id;
	m->tree_id = h->tree_id;
}

static void request(struct conn *c, struct message *m, const struct smb2_header *h, struct view unit)
{
	struct smb2_request r = { .h = *h, .unit = unit, .message = m };

	inherit(m, &r.h);
	if (c->sessions == NULL && c->ends->midstream && r.h.session_id != 0 && h->command != SESSION_SETUP)
		session_meet(c, r.h.session_id);
	if (!command_of(h)->request(c, &r))
		conn_malformed(c, COUNT_SMB2_MALFORMED);
}

static void response(struct conn *c, struct message *m, const struct smb2_header *h, struct view unit)
{
	struct answer a = {
		.time_ns = m->time_ns, .status = h->status, .session_id = h->session_id, .tree_id = h->tree_id,
		.unit = unit, .message = m,
	};
	struct reply r = { h->message_id, (uint8_t)h->command, command_of(h)->finish, COUNT_SMB2_MALFORMED };
	const struct pending *smb1 = r.finish == negotiate_smb2_finish ? pending_find_command(c, NEGOTIATE_SMB1_COMMAND) : NULL;

	if (smb1 != NULL) {	/* [MS-SMB2] 3.3.5.3: a multi-protocol negotiation */
		r.key = smb1->key;
		r.command = smb1->command;
	}
	if (r.finish == no_finish)
		count(c->env->counts, COUNT_SMB2_OTHER);
	else if (smb1 != NULL || h->status != STATUS_PENDING)
		pending_answer(c, &r, &a);
}

static void show(const struct conn *c, enum way way, const struct message *m, const struct smb2_header *h)
{
	struct smb_command shown = {
		.ends = c->ends, .way = way, .time_ns = m->time_ns, .name = command_of(h)->name, .command = h->command,
		.is_response = h->is_response, .has_tree = !(h->flags & SMB2_FLAGS_ASYNC_COMMAND), .message_id = h->message_id,
		.session_id = h->session_id, .tree_id = h->tree_id, .status = h->status,
	};

	c->env->watcher->see(c->env->watcher->ctx, &shown);
}

static void element(struct conn *c, enum way way, struct message *m, const struct smb2_header *h, struct view unit)
{
	conn_takes(c, way, says_response(h));
	count(c->env->counts, COUNT_SMB_MESSAGES);
	if (c->env->watcher != NULL)
		show(c, way, m, h);
	if (h->is_response)
		response(c, m, h, unit);
	else
		request(c, m, h, unit);
}

void smb2_unit(struct conn *c, enum way way, struct message *m, struct view unit)
{
	struct smb2_header h;

	if (header_of(c, way, unit, &h))
		element(c, way, m, &h, unit);
	else
		conn_malformed(c, COUNT_SMB2_MALFORMED);
}

/* The element that ${plan} is about, the first of ${rest}, is read but for its bulk data. */
static void pass_element(struct conn *c, struct message *m, struct view rest, const struct plan *plan)
{
	m->left -= plan->unit;
	if (plan->verdict == UNIT_BULK)
		bulk_whole(c, m, rest, plan);
	m->n_units++;
}

void smb2_whole(struct conn *c, enum way way, struct message *m, struct view message)
{
	struct smb2_header h;

	while (m->left > 0) {
		struct view rest = view_after(message, message.n - m->left);
		struct plan plan;

		if (!header_of(c, way, rest, &h) || (h.is_response && awaits_request(c, m, &h)))
			return;
		plan = plan_of(c, m, &h, rest);
		if (plan.verdict == UNIT_WHOLE && plan.unit > LIMIT_MESSAGE_BYTES)
			return;
		if (plan.verdict == UNIT_BAD)
			break;
		element(c, way, m, &h, view_first(rest, plan.verdict == UNIT_BULK ? plan.head : plan.unit));
		pass_element(c, m, rest, &plan);
	}
	m->left = 0;
}
