#include "sensor/smb/set_info.h"

#include "sensor/smb/delete.h"
#include "sensor/smb/fact.h"
#include "sensor/smb/name.h"
#include "sensor/smb/open.h"
#include "sensor/smb/rename.h"

#include <string.h>

enum {
	INFO_FILE = 0x01,			/* [MS-SMB2] 2.2.39 InfoType */
	DISPOSITION_EX_DELETE = 0x00000001,	/* [MS-FSCC] 2.4.12 */
};

/* ---- what is asked: each reads its class into ${p} ---- */

/* [MS-FSCC] 2.4.37, 2.4.38 */
static bool ask_rename(struct conn *c, struct pending *p, struct view info, size_t root_bytes, struct view *keep)
{
	struct cursor i = cur_of(info);
	const char *path;
	struct view name;

	cur_skip(&i, root_bytes);	/* ReplaceIfExists or Flags, and padding to RootDirectory */
	cur_skip(&i, root_bytes);	/* RootDirectory */
	name = cur_take(&i, cur_u32le(&i));
	if (!cur_ok(&i))
		return false;
	path = text_of_utf16le(c->env->arena, name);
	if (path != NULL) {
		path = name_below_share(path, NULL, false);
		*keep = view_of(path, strlen(path) + 1);
	}
	(void)p;
	return true;
}

/* [MS-FSCC] 2.4.11 */
static bool ask_disposition(struct conn *c, struct pending *p, struct view info, size_t root_bytes, struct view *keep)
{
	struct cursor i = cur_of(info);

	(void)c;
	(void)root_bytes;
	(void)keep;
	p->count = cur_u8(&i) != 0;
	return cur_ok(&i);
}

/* [MS-FSCC] 2.4.12 */
static bool ask_disposition_ex(struct conn *c, struct pending *p, struct view info, size_t root_bytes, struct view *keep)
{
	struct cursor i = cur_of(info);

	(void)c;
	(void)root_bytes;
	(void)keep;
	p->count = cur_u32le(&i) & DISPOSITION_EX_DELETE;
	return cur_ok(&i);
}

/* [MS-FSCC] 2.4.13 */
static bool ask_end_of_file(struct conn *c, struct pending *p, struct view info, size_t root_bytes, struct view *keep)
{
	struct cursor i = cur_of(info);

	(void)c;
	(void)root_bytes;
	(void)keep;
	p->offset = cur_u64le(&i);
	return cur_ok(&i);
}

/* ---- what was answered ---- */

static void told_rename(struct conn *c, struct pending *p, const struct answer *a)
{
	rename_report(c, p, a);
}

static void told_disposition(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p->count != 0)
		delete_report(c, p, a, DELETE_BY_DISPOSITION);
	else if (p->open != NULL && a != NULL && a->status == STATUS_SUCCESS)
		p->open->is_deleted = p->open->is_deleted_on_close = false;
}

static void report_end_of_file(struct conn *c, const struct pending *p, const struct answer *a)
{
	const struct open *o = p->open;
	Ev__SmbSetEnd body = EV__SMB_SET_END__INIT;
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;

	OPEN_FACT(&body, o);
	body.share = o->share;
	body.path = o->path;
	if (o->has_size)
		FACT_SET(&body, size, o->size);
	FACT_SET(&body, new_size, p->offset);
	e.body_case = EV__EVENT__BODY_SMB_SET_END;
	e.smb_set_end = &body;
	fact_emit(c, &x, &e);
}

static void told_end_of_file(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p->open == NULL)
		return;
	report_end_of_file(c, p, a);
	if (a != NULL && a->status == STATUS_SUCCESS)
		open_size(c, p->open, p->offset);
}

struct class {
	uint8_t class;
	bool (*ask)(struct conn *c, struct pending *p, struct view info, size_t root_bytes, struct view *keep);
	void (*told)(struct conn *c, struct pending *p, const struct answer *a);
};

static const struct class classes[] = {
	{ FILE_RENAME,	       ask_rename,	   told_rename	    },
	{ FILE_DISPOSITION,    ask_disposition,	   told_disposition },
	{ FILE_END_OF_FILE,    ask_end_of_file,	   told_end_of_file },
	{ FILE_DISPOSITION_EX, ask_disposition_ex, told_disposition },
	{ FILE_RENAME_EX,      ask_rename,	   told_rename	    },
};

static const struct class *class_of(uint8_t class)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (classes[i].class == class)
			return &classes[i];
	return NULL;
}

bool set_info_request(struct conn *c, struct pending *p, uint8_t class, struct view info, size_t root_bytes)
{
	const struct class *known = class_of(class);
	struct view keep = view_of(NULL, 0);

	p->what = known != NULL ? class : FILE_CLASS_NONE;
	if (known != NULL && !known->ask(c, p, info, root_bytes, &keep)) {
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
	uint8_t type, class;
	uint32_t length;
	uint16_t offset;
	struct view info;
	uint64_t id;

	cur_skip(&body, 2);	/* StructureSize */
	type = cur_u8(&body);
	class = cur_u8(&body);
	length = cur_u32le(&body);
	offset = cur_u16le(&body);
	cur_skip(&body, 6);	/* Reserved, AdditionalInformation */
	id = smb2_file_id(&body);
	info = cur_at(&body, length > 0 ? offset : 0, length);
	if (!cur_ok(&body))
		return false;
	if (type != INFO_FILE || class_of(class) == NULL)
		count(c->env->counts, COUNT_SMB2_OTHER);
	p.open = smb2_open_of(c, r, id);
	return set_info_request(c, &p, type == INFO_FILE ? class : FILE_CLASS_NONE, info, 8);
}

enum finish set_info_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	const struct class *known = p != NULL ? class_of(p->what) : NULL;

	if (known != NULL)
		known->told(c, p, a);
	return FINISH_DONE;
}
