#include "sensor/smb/rap.h"

#include "sensor/smb/fact.h"
#include "sensor/smb/name.h"
#include "sensor/smb/transaction.h"

#include <strings.h>

enum {
	MOST_BYTES = 1024,	/* of a call's parameters that are kept: longer ones are not made */
	MOST_ARGUMENTS = 8,
};

/* [MS-RAP] 2.5, and those of LAN Manager 2 that it left out. */
/* clang-format off */
static const struct call {
	uint16_t code;
	const char *name;
} calls[] = {
	{ 0x0000, "NetShareEnum" },
	{ 0x0001, "NetShareGetInfo" },
	{ 0x0002, "NetShareSetInfo" },
	{ 0x0003, "NetShareAdd" },
	{ 0x0004, "NetShareDel" },
	{ 0x0006, "NetSessionEnum" },
	{ 0x0007, "NetSessionGetInfo" },
	{ 0x0008, "NetSessionDel" },
	{ 0x0009, "NetConnectionEnum" },
	{ 0x000A, "NetFileEnum" },
	{ 0x000B, "NetFileGetInfo" },
	{ 0x000C, "NetFileClose" },
	{ 0x000D, "NetServerGetInfo" },
	{ 0x000E, "NetServerSetInfo" },
	{ 0x000F, "NetServerDiskEnum" },
	{ 0x0010, "NetServerAdminCommand" },
	{ 0x0023, "NetMessageBufferSend" },
	{ 0x0027, "NetServiceEnum" },
	{ 0x0028, "NetServiceInstall" },
	{ 0x0029, "NetServiceControl" },
	{ 0x002A, "NetAccessEnum" },
	{ 0x002B, "NetAccessGetInfo" },
	{ 0x002C, "NetAccessSetInfo" },
	{ 0x002D, "NetAccessAdd" },
	{ 0x002E, "NetAccessDel" },
	{ 0x002F, "NetGroupEnum" },
	{ 0x0030, "NetGroupAdd" },
	{ 0x0031, "NetGroupDel" },
	{ 0x0032, "NetGroupAddUser" },
	{ 0x0033, "NetGroupDelUser" },
	{ 0x0034, "NetGroupGetUsers" },
	{ 0x0035, "NetUserEnum" },
	{ 0x0036, "NetUserAdd" },
	{ 0x0037, "NetUserDel" },
	{ 0x0038, "NetUserGetInfo" },
	{ 0x0039, "NetUserSetInfo" },
	{ 0x003A, "NetUserPasswordSet" },
	{ 0x003B, "NetUserGetGroups" },
	{ 0x003F, "NetWkstaGetInfo" },
	{ 0x0040, "NetWkstaSetInfo" },
	{ 0x0045, "WPrintQEnum" },
	{ 0x0046, "WPrintQGetInfo" },
	{ 0x0047, "WPrintQSetInfo" },
	{ 0x004C, "WPrintJobEnum" },
	{ 0x004D, "WPrintJobGetInfo" },
	{ 0x0051, "WPrintJobDel" },
	{ 0x0052, "WPrintJobPause" },
	{ 0x0053, "WPrintJobContinue" },
	{ 0x0054, "WPrintDestEnum" },
	{ 0x0055, "WPrintDestGetInfo" },
	{ 0x005B, "NetRemoteTOD" },
	{ 0x0060, "NetServiceGetInfo" },
	{ 0x0067, "WPrintQPurge" },
	{ 0x0068, "NetServerEnum2" },
	{ 0x006A, "NetGroupGetInfo" },
	{ 0x006B, "NetGroupSetInfo" },
	{ 0x006C, "NetGroupSetUsers" },
	{ 0x006D, "NetUserSetGroups" },
	{ 0x006E, "NetUserModalsGet" },
	{ 0x006F, "NetUserModalsSet" },
	{ 0x0070, "NetFileEnum2" },
	{ 0x0071, "NetUserAdd2" },
	{ 0x0072, "NetUserSetInfo2" },
	{ 0x0073, "SetUserPassword" },
	{ 0x0077, "NetGetDCName" },
	{ 0x007C, "NetFileGetInfo2" },
	{ 0x007D, "NetFileClose2" },
	{ 0x0083, "NetUserEnum2" },
	{ 0x0084, "NetWkstaUserLogon" },
	{ 0x0085, "NetWkstaUserLogoff" },
	{ 0x0086, "NetLogonEnum" },
	{ 0x00D6, "SamOEMChangePasswordUser2_P" },
	{ 0x00D7, "NetServerEnum3" },
};
/* clang-format on */

const char *rap_name(size_t i)
{
	return i < sizeof(calls) / sizeof(*calls) ? calls[i].name : NULL;
}

static const char *name_of_code(uint16_t code)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i].code == code)
			return calls[i].name;
	return NULL;
}

/* ---- what is asked ---- */

/* Bytes up to a NUL, which is passed over. */
static struct view text_at(struct cursor *c)
{
	struct cursor ahead = *c;
	struct view text;
	size_t n = 0;

	while (cur_left(&ahead) > 0 && cur_u8(&ahead) != 0)
		n++;
	text = cur_take(c, n);
	cur_skip(c, 1);
	return text;
}

static void read_text(struct arena *a, struct cursor *c, Ev__SmbRap *body)
{
	struct view text = text_at(c);

	if (cur_ok(c) && body->n_arguments < MOST_ARGUMENTS)
		body->arguments[body->n_arguments++] = text_of_bytes(a, text);
}

/* The first word of a call is the level of detail it asks for. */
static void read_word(struct arena *a, struct cursor *c, Ev__SmbRap *body)
{
	uint16_t word = cur_u16le(c);

	(void)a;
	if (cur_ok(c) && !body->has_level)
		FACT_SET(body, level, word);
}

static void pass_word(struct arena *a, struct cursor *c, Ev__SmbRap *body)
{
	(void)a;
	(void)body;
	cur_skip(c, 2);
}

static void pass_double(struct arena *a, struct cursor *c, Ev__SmbRap *body)
{
	(void)a;
	(void)body;
	cur_skip(c, 4);
}

static void pass_nothing(struct arena *a, struct cursor *c, Ev__SmbRap *body)
{
	(void)a;
	(void)c;
	(void)body;
}

/* [MS-RAP] 2.5.1 ParamDesc: what each character says is sent. */
static const struct parameter {
	char how;
	void (*read)(struct arena *a, struct cursor *c, Ev__SmbRap *body);
} parameters[] = {
	{ 'D', pass_double },
	{ 'L', pass_word },	/* bytes that may come back */
	{ 'O', pass_nothing },	/* a string that is left out */
	{ 'P', pass_word },	/* number of a field */
	{ 'T', pass_word },	/* bytes that are sent beside */
	{ 'W', read_word },
	{ 'e', pass_nothing },	/* these come back */
	{ 'g', pass_nothing },
	{ 'h', pass_nothing },
	{ 'i', pass_nothing },
	{ 'r', pass_nothing },
	{ 's', pass_nothing },	/* what is sent beside */
	{ 'z', read_text },
};

/* False when what follows cannot be read any more. */
static bool read_parameter(struct arena *a, uint8_t how, struct cursor *c, Ev__SmbRap *body)
{
	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++)
		if (parameters[i].how == how) {
			parameters[i].read(a, c, body);
			return cur_ok(c);
		}
	return false;
}

/* [MS-RAP] 2.5.1: RAPOpcode, ParamDesc, DataDesc, RAPParams. True if the answer counts entries. */
static bool describe(struct arena *a, struct view kept, Ev__SmbRap *body)
{
	struct cursor c = cur_of(kept), how;
	uint16_t code = cur_u16le(&c);
	bool has_entries = false, goes_on = true;

	FACT_SET(body, function, code);
	body->operation = text_lend(name_of_code(code));
	body->arguments = arena_get(a, MOST_ARGUMENTS * sizeof(*body->arguments));
	how = cur_of(text_at(&c));
	text_at(&c);	/* DataDesc */
	while (body->arguments != NULL && cur_left(&how) > 0) {
		uint8_t one = cur_u8(&how);

		has_entries = has_entries || one == 'e';
		goes_on = goes_on && read_parameter(a, one, &c, body);
	}
	return has_entries;
}

static bool is_lanman(const char *name)
{
	return name != NULL && strcasecmp(name_of_pipe(name), "LANMAN") == 0;
}

bool rap_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	const char *name = whole->name.n > 0 ? smb1_text(c, b, whole->name) : NULL;
	struct view asked = view_of(NULL, 0);

	if (is_lanman(name))
		asked = view_first(whole->bytes[PARAMETERS], MOST_BYTES);
	else
		count(c->env->counts, COUNT_SMB1_OTHER);
	p->what = is_lanman(name);
	pending_add(c, p, asked);
	return true;
}

/* ---- what was answered ---- */

/* [MS-RAP] 2.5.2: Win32ErrorCode, Converter, and what the call gives back. False when the answer is malformed. */
static bool add_answer(const struct smb1_block *b, Ev__SmbRap *body, bool has_entries)
{
	struct transaction_part s;
	struct cursor c;
	uint16_t result, entries;

	if (b == NULL || b->words.n == 0)
		return true;
	if (!transaction_answer_parse(b, &s))
		return false;
	if (s.at[PARAMETERS] != 0)
		return true;
	c = cur_of(s.bytes[PARAMETERS]);
	result = cur_u16le(&c);
	cur_skip(&c, 2);	/* Converter */
	if (cur_ok(&c))
		FACT_SET(body, result, result);
	entries = cur_u16le(&c);
	if (cur_ok(&c) && has_entries)
		FACT_SET(body, entries, entries);
	return true;
}

enum finish rap_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbRap body = EV__SMB_RAP__INIT;
	Ev__Event e = EV__EVENT__INIT;
	struct exchange x;
	bool has_entries;

	if (p == NULL || p->what == 0)
		return FINISH_DONE;
	x = fact_exchange(p, a);
	FACT_SET(&body, session_id, p->session_id);
	FACT_SET(&body, tree_id, p->tree_id);
	has_entries = describe(c->env->arena, pending_kept(p), &body);
	if (a != NULL && !add_answer(a->block, &body, has_entries))
		return FINISH_MALFORMED;
	e.body_case = EV__EVENT__BODY_SMB_RAP;
	e.smb_rap = &body;
	fact_emit(c, &x, &e);
	return FINISH_DONE;
}
