#include "sensor/smb/security.h"

#include "sensor/smb/fact.h"
#include "sensor/smb/open.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	MOST_BYTES = 4096,	/* of a descriptor that is kept: some hundred entries */
	MOST_ENTRIES = 32,	/* that are listed */
	MOST_PARTS = 8,
	SUBAUTHORITIES = 15,	/* [MS-DTYP] 2.4.2.2 */
	SID_BYTES = 192,	/* "S-1-", 15 digits, and 15 times a hyphen and 10 digits */
	ENTRY_BYTES = SID_BYTES + 32,
	SE_DACL_PRESENT = 0x0004,	/* [MS-DTYP] 2.4.6 Control */
	DACL = 0x00000004,
};

/* [MS-DTYP] 2.4.7 SECURITY_INFORMATION */
static const struct {
	uint32_t bit;
	const char *name;
} parts[] = {
	{ 0x00000001, "owner" }, { 0x00000002, "group" }, { DACL, "dacl" },	 { 0x00000008, "sacl" },
	{ 0x00000010, "label" }, { 0x00000020, "attribute" }, { 0x00000040, "scope" }, { 0x00010000, "backup" },
};

_Static_assert(sizeof(parts) / sizeof(*parts) <= MOST_PARTS, "room for the names of all parts");

/* [MS-DTYP] 2.4.4.1 AceType: those that say who may do what. With object types a GUID or two stand before the SID. */
static const struct ace_type {
	uint8_t type;
	bool has_objects;
	const char *name;
} ace_types[] = {
	{ 0x00, false, "allow" }, { 0x01, false, "deny" }, { 0x05, true, "allow" },
	{ 0x06, true, "deny" },	  { 0x09, false, "allow" }, { 0x0A, false, "deny" },
};

/* [MS-DTYP] 2.4.6 */
struct descriptor {
	uint16_t control;
	uint32_t owner_at, group_at, dacl_at;
};

static struct descriptor descriptor_of(struct view bytes)
{
	struct cursor c = cur_of(bytes);
	struct descriptor d;

	cur_skip(&c, 2);	/* Revision, Sbz1 */
	d.control = cur_u16le(&c);
	d.owner_at = cur_u32le(&c);
	d.group_at = cur_u32le(&c);
	cur_skip(&c, 4);	/* OffsetSacl */
	d.dacl_at = cur_u32le(&c);
	return cur_ok(&c) ? d : (struct descriptor){ .control = 0 };
}

/* [MS-DTYP] 2.4.2.2, as 2.4.2.1 writes it; false when it is malformed. */
static bool read_sid(struct cursor *c, char out[SID_BYTES])
{
	uint8_t revision = cur_u8(c), n = cur_u8(c);
	uint64_t authority = (uint64_t)cur_u16be(c) << 32;
	int at;

	authority |= cur_u32be(c);
	if (n > SUBAUTHORITIES)
		cur_reject(c);
	at = snprintf(out, SID_BYTES, "S-%u-%" PRIu64, revision, authority);
	for (uint8_t i = 0; cur_ok(c) && i < n; i++)
		at += snprintf(out + at, SID_BYTES - (size_t)at, "-%" PRIu32, cur_u32le(c));
	return cur_ok(c);
}

/* The SID at ${offset} (0: there is none), as text in the arena. */
static char *sid_at(struct arena *a, struct view bytes, uint32_t offset)
{
	struct cursor c = cur_of(bytes);
	char sid[SID_BYTES];

	cur_seek(&c, offset);
	return offset != 0 && read_sid(&c, sid) ? text_copy(a, sid) : NULL;
}

/* [MS-DTYP] 2.4.4.2, 2.4.4.3: "allow S-1-1-0 0x001f01ff". NULL when it says something else, or is malformed. */
static char *entry_text(struct arena *a, uint8_t type, struct cursor *c)
{
	enum { OBJECT_TYPE = 1, INHERITED_TYPE = 2, GUID_BYTES = 16 };
	const struct ace_type *known = NULL;
	char sid[SID_BYTES], text[ENTRY_BYTES];
	uint32_t mask, objects;

	for (size_t i = 0; i < sizeof(ace_types) / sizeof(*ace_types); i++)
		if (ace_types[i].type == type)
			known = &ace_types[i];
	if (known == NULL)
		return NULL;
	mask = cur_u32le(c);
	objects = known->has_objects ? cur_u32le(c) : 0;
	cur_skip(c, ((objects & OBJECT_TYPE) != 0 ? GUID_BYTES : 0) + ((objects & INHERITED_TYPE) != 0 ? GUID_BYTES : 0));
	if (!read_sid(c, sid))
		return NULL;
	snprintf(text, sizeof(text), "%s %s 0x%08" PRIx32, known->name, sid, mask);
	return text_copy(a, text);
}

/* [MS-DTYP] 2.4.5: how many entries there are, and those that can be told. */
static void add_entries(struct arena *a, struct view bytes, uint32_t offset, Ev__SmbSetSecurity *body)
{
	enum { ACE_HEAD_BYTES = 4 };
	struct cursor c = cur_of(bytes);
	uint16_t n;

	cur_seek(&c, offset);
	cur_skip(&c, 4);	/* AclRevision, Sbz1, AclSize */
	n = cur_u16le(&c);
	cur_skip(&c, 2);	/* Sbz2 */
	if (!cur_ok(&c))
		return;
	FACT_SET(body, dacl_entries, n);
	body->dacl = arena_get(a, MOST_ENTRIES * sizeof(*body->dacl));
	for (uint16_t i = 0; body->dacl != NULL && i < n && body->n_dacl < MOST_ENTRIES; i++) {
		struct cursor ace;
		uint8_t type = cur_u8(&c);
		uint16_t size;
		char *text;

		cur_skip(&c, 1);	/* AceFlags */
		size = cur_u16le(&c);
		if (size < ACE_HEAD_BYTES || !cur_part(&c, size - ACE_HEAD_BYTES, &ace))
			return;
		text = entry_text(a, type, &ace);
		if (text != NULL)
			body->dacl[body->n_dacl++] = text;
	}
}

static void add_parts(struct arena *a, uint32_t which, Ev__SmbSetSecurity *body)
{
	body->parts = arena_get(a, MOST_PARTS * sizeof(*body->parts));
	for (size_t i = 0; body->parts != NULL && i < sizeof(parts) / sizeof(*parts); i++)
		if (which & parts[i].bit)
			body->parts[body->n_parts++] = text_lend(parts[i].name);
}

/* Of ${bytes} what ${which} sets; the rest of a descriptor servers pass over. */
static void describe(struct arena *a, struct view bytes, uint32_t which, Ev__SmbSetSecurity *body)
{
	struct descriptor d = descriptor_of(bytes);

	add_parts(a, which, body);
	if (which & 0x00000001)
		body->owner = sid_at(a, bytes, d.owner_at);
	if (which & 0x00000002)
		body->group = sid_at(a, bytes, d.group_at);
	if (!(which & DACL) || !(d.control & SE_DACL_PRESENT))
		return;
	if (d.dacl_at == 0)
		FACT_SET(body, open_to_all, true);
	else
		add_entries(a, bytes, d.dacl_at, body);
}

struct view security_kept(struct view descriptor)
{
	return view_first(descriptor, MOST_BYTES);
}

void security_report(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbSetSecurity body = EV__SMB_SET_SECURITY__INIT;
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;

	if (p->open == NULL)
		return;
	OPEN_FACT(&body, p->open);
	body.share = p->open->share;
	body.path = p->open->path;
	describe(c->env->arena, pending_kept(p), p->access, &body);
	e.body_case = EV__EVENT__BODY_SMB_SET_SECURITY;
	e.smb_set_security = &body;
	fact_emit(c, &x, &e);
}

/* [MS-CIFS] 2.2.7.3.1 */
bool security_smb1_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	struct cursor parameters = cur_of(whole->bytes[PARAMETERS]);
	uint16_t fid = cur_u16le(&parameters);

	cur_skip(&parameters, 2);	/* Reserved */
	p->access = cur_u32le(&parameters);
	if (!cur_ok(&parameters))
		return false;
	p->open = smb1_open_of(c, b, fid);
	pending_add(c, p, security_kept(whole->bytes[DATA]));
	return true;
}

enum finish security_smb1_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p != NULL)
		security_report(c, p, a);
	return FINISH_DONE;
}
