#include "sensor/smb/set_info.h"

#include "sensor/smb/alias.h"
#include "sensor/smb/delete.h"
#include "sensor/smb/fact.h"
#include "sensor/smb/name.h"
#include "sensor/smb/open.h"
#include "sensor/smb/rename.h"
#include "sensor/smb/security.h"

#include <string.h>

enum {
	INFO_FILE = 0x01,	/* [MS-SMB2] 2.2.39 InfoType */
	INFO_SECURITY = 0x03,
	ROOT_BYTES_SMB1 = 4,
};

/* ---- what is asked: each reads its class into ${p}, and what has to be kept into ${keep} ---- */

static void keep_text(const char *text, struct view *keep)
{
	if (text != NULL)
		*keep = view_of(text, strlen(text) + 1);
}

/* SMB1 renames through an open within the folder of the file ([MS-SMB] 2.2.6.4): ${name} with that folder before it. */
static const char *beside(struct conn *c, const struct open *o, const char *name)
{
	const char *path = o != NULL && o->path != NULL ? o->path : "";
	const char *last = strrchr(path, '\\');
	size_t n_folder = last != NULL ? (size_t)(last + 1 - path) : 0, n_name = strlen(name);
	char *whole = n_folder > 0 && strchr(name, '\\') == NULL ? arena_get(c->env->arena, n_folder + n_name + 1) : NULL;

	if (whole == NULL)
		return name;
	view_copy(whole, n_folder, view_of(path, n_folder));
	view_copy(whole + n_folder, n_name, view_of(name, n_name));
	return whole;
}

/* [MS-FSCC] 2.4.37, 2.4.38, 2.4.27, 2.4.28 */
static bool ask_name(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep)
{
	struct cursor i = cur_of(s->info);
	const char *path;
	struct view name;

	cur_skip(&i, s->root_bytes);	/* ReplaceIfExists or Flags, and padding to RootDirectory */
	cur_skip(&i, s->root_bytes);	/* RootDirectory */
	name = cur_take(&i, cur_u32le(&i));
	if (!cur_ok(&i))
		return false;
	path = text_of_utf16le(c->env->arena, name);
	if (path == NULL)
		return true;
	if (s->root_bytes == ROOT_BYTES_SMB1 && path[0] != '\\')
		path = beside(c, p->open, path);
	keep_text(name_below_share(c->env->arena, path, NULL, false), keep);
	return true;
}

/* [MS-FSCC] 2.4.11 */
static bool ask_disposition(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep)
{
	struct cursor i = cur_of(s->info);

	(void)c;
	(void)keep;
	p->count = cur_u8(&i) != 0 ? DISPOSITION_DELETE : 0;
	return cur_ok(&i);
}

/* [MS-FSCC] 2.4.12 */
static bool ask_disposition_ex(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep)
{
	struct cursor i = cur_of(s->info);

	(void)c;
	(void)keep;
	p->count = cur_u32le(&i) & (DISPOSITION_DELETE | DISPOSITION_ON_CLOSE);
	return cur_ok(&i);
}

/* [MS-FSCC] 2.4.13, 2.4.4 */
static bool ask_size(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep)
{
	struct cursor i = cur_of(s->info);

	(void)c;
	(void)keep;
	p->offset = cur_u64le(&i);
	return cur_ok(&i);
}

/* What a symbolic link says, to its NUL. */
static bool ask_posix_target(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep)
{
	(void)p;
	keep_text(s->is_unicode ? text_of_utf16le(c->env->arena, s->info) : text_of_bytes(c->env->arena, s->info), keep);
	return true;
}

/* The name of the file that gets one more. */
static bool ask_posix_name(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep)
{
	char *path = name_of_posix(s->is_unicode ? text_of_utf16le(c->env->arena, s->info) : text_of_bytes(c->env->arena, s->info));

	(void)p;
	keep_text(path != NULL ? name_below_share(c->env->arena, path, NULL, false) : NULL, keep);
	return true;
}

/* What of it is set stands in the request. */
static bool ask_security(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep)
{
	(void)c;
	(void)p;
	*keep = security_kept(s->info);
	return true;
}

static bool ask_nothing(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep)
{
	(void)c;
	(void)p;
	(void)s;
	(void)keep;
	return true;
}

/* ---- what was answered ---- */

static void told_rename(struct conn *c, struct pending *p, const struct answer *a)
{
	rename_report(c, p, a);
}

static void told_disposition(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p->count & DISPOSITION_DELETE)
		delete_report(c, p, a, DELETE_BY_DISPOSITION);
	else
		delete_taken_back(c, p, a);
}

/* What is set of the end and the content of p->open stands in ${body} already. */
static void report_end(struct conn *c, const struct pending *p, const struct answer *a, Ev__SmbSetEnd *body)
{
	const struct open *o = p->open;
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;

	OPEN_FACT(body, o);
	body->share = o->share;
	body->path = o->path;
	if (o->has_size)
		FACT_SET(body, size, o->size);
	e.body_case = EV__EVENT__BODY_SMB_SET_END;
	e.smb_set_end = body;
	fact_emit(c, &x, &e);
}

void set_info_end(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbSetEnd body = EV__SMB_SET_END__INIT;

	if (p->open == NULL)
		return;
	FACT_SET(&body, new_size, p->offset);
	report_end(c, p, a, &body);
	if (a != NULL && a->status == STATUS_SUCCESS)
		open_size(c, p->open, p->offset);
}

static void told_allocation(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbSetEnd body = EV__SMB_SET_END__INIT;

	if (p->open == NULL)
		return;
	FACT_SET(&body, new_allocation, p->offset);
	report_end(c, p, a, &body);
}

/* Without an answer nobody knows: what is reported of the file must hold either way. */
void set_info_zeros(struct conn *c, struct pending *p, const struct answer *a, uint64_t from, uint64_t to)
{
	Ev__SmbSetEnd body = EV__SMB_SET_END__INIT;

	FACT_SET(&body, zeroed_from, from);
	FACT_SET(&body, zeroed_to, to);
	report_end(c, p, a, &body);
	if (a == NULL || a->status == STATUS_SUCCESS)
		open_zeroed(c, p->open, from, to);
}

static void told_symbolic_link(struct conn *c, struct pending *p, const struct answer *a)
{
	alias_soft_report(c, p, a, ALIAS_SYMBOLIC);
}

/* What the kept text names got the name of the open that stands in for the new one. */
static void told_posix_hard_link(struct conn *c, struct pending *p, const struct answer *a)
{
	alias_soft_report(c, p, a, ALIAS_HARD);
}

static void told_unlink(struct conn *c, struct pending *p, const struct answer *a)
{
	delete_report(c, p, a, DELETE_BY_COMMAND);
}

struct class {
	uint16_t class;
	const char *name;
	bool (*ask)(struct conn *c, struct pending *p, const struct set_info *s, struct view *keep);
	void (*told)(struct conn *c, struct pending *p, const struct answer *a);
};

/* clang-format off */
static const struct class classes[] = {
	{ FILE_RENAME,         "FileRenameInformation",        ask_name,           told_rename },
	{ FILE_LINK,           "FileLinkInformation",          ask_name,           alias_hard_report },
	{ FILE_DISPOSITION,    "FileDispositionInformation",   ask_disposition,    told_disposition },
	{ FILE_ALLOCATION,     "FileAllocationInformation",    ask_size,           told_allocation },
	{ FILE_END_OF_FILE,    "FileEndOfFileInformation",     ask_size,           set_info_end },
	{ FILE_DISPOSITION_EX, "FileDispositionInformationEx", ask_disposition_ex, told_disposition },
	{ FILE_RENAME_EX,      "FileRenameInformationEx",      ask_name,           told_rename },
	{ FILE_LINK_EX,        "FileLinkInformationEx",        ask_name,           alias_hard_report },
	{ POSIX_SYMBOLIC_LINK, "SMB_SET_FILE_UNIX_LINK",       ask_posix_target,   told_symbolic_link },
	{ POSIX_HARD_LINK,     "SMB_SET_FILE_UNIX_HLINK",      ask_posix_name,     told_posix_hard_link },
	{ POSIX_UNLINK,        "SMB_POSIX_PATH_UNLINK",        ask_nothing,        told_unlink },
	{ SECURITY_DESCRIPTOR, "SECURITY_DESCRIPTOR",          ask_security,       security_report },
};
/* clang-format on */

static const struct class *class_of(uint16_t class)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (classes[i].class == class)
			return &classes[i];
	return NULL;
}

const char *set_info_class(size_t i)
{
	return i < sizeof(classes) / sizeof(*classes) ? classes[i].name : NULL;
}

bool set_info_request(struct conn *c, struct pending *p, const struct set_info *s)
{
	const struct class *known = class_of(s->class);
	struct view keep = view_of(NULL, 0);

	p->what = known != NULL ? s->class : FILE_CLASS_NONE;
	if (known != NULL && !known->ask(c, p, s, &keep)) {
		open_release(c, p->open);
		return false;
	}
	pending_add(c, p, keep);
	return true;
}

/* [MS-SMB2] 2.2.39 */
bool set_info_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, set_info_finish);
	struct cursor body = smb2_body(r->unit);
	struct set_info s = { .root_bytes = 8 };
	uint32_t length;
	uint16_t offset;
	uint8_t type;
	uint64_t id;

	cur_skip(&body, 2);	/* StructureSize */
	type = cur_u8(&body);
	s.class = cur_u8(&body);
	length = cur_u32le(&body);
	offset = cur_u16le(&body);
	cur_skip(&body, 2);	/* Reserved */
	p.access = cur_u32le(&body);	/* AdditionalInformation */
	id = smb2_file_id(&body);
	s.info = cur_at(&body, length > 0 ? offset : 0, length);
	if (!cur_ok(&body))
		return false;
	if (type != INFO_FILE)
		s.class = type == INFO_SECURITY ? SECURITY_DESCRIPTOR : FILE_CLASS_NONE;
	if (class_of(s.class) == NULL)
		count(c->env->counts, COUNT_SMB2_OTHER);
	p.open = smb2_open_of(c, r, id);
	return set_info_request(c, &p, &s);
}

enum finish set_info_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	const struct class *known = p != NULL ? class_of(p->what) : NULL;

	if (known != NULL)
		known->told(c, p, a);
	return FINISH_DONE;
}
