#include "sensor/smb/close.h"

#include "sensor/smb/delete.h"
#include "sensor/smb/open.h"

enum { POSTQUERY_ATTRIB = 0x0001 };	/* [MS-SMB2] 2.2.16 Flags: the sizes are valid */

/* [MS-ERREF] 2.3.1, and as SMB1 says it: FILE_CLOSED, INVALID_HANDLE, SMB_BAD_FID. */
static bool is_gone(uint32_t status)
{
	return status == STATUS_SUCCESS || status == 0xC0000128 || status == 0xC0000008 || status == 0x00060001;
}

enum finish close_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct open *o = p != NULL ? p->open : NULL;

	if (a == NULL || o == NULL || !is_gone(a->status))
		return FINISH_DONE;
	if (a->status == STATUS_SUCCESS && o->is_deleted_on_close && !o->is_deleted)
		delete_report(c, p, a, DELETE_ON_CLOSE);
	open_end(c, o, "close", a->time_ns);
	return FINISH_DONE;
}

/* [MS-SMB2] 2.2.15 */
bool close_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, close_smb2_finish);
	struct cursor body = smb2_body(r->unit);
	uint64_t id;

	cur_skip(&body, 8);	/* StructureSize, Flags, Reserved */
	id = smb2_file_id(&body);
	if (!cur_ok(&body))
		return false;
	p.open = smb2_known_open_of(c, r, id);
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

/* [MS-SMB2] 2.2.16 */
enum finish close_smb2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct cursor body = smb2_body(a != NULL ? a->unit : view_of(NULL, 0));
	uint16_t flags;
	uint64_t size;

	if (a != NULL && a->status == STATUS_SUCCESS) {
		cur_skip(&body, 2);	/* StructureSize */
		flags = cur_u16le(&body);
		cur_skip(&body, 36);	/* Reserved, four times */
		cur_skip(&body, 8);	/* AllocationSize */
		size = cur_u64le(&body);
		if (!cur_ok(&body))
			return FINISH_MALFORMED;
		if ((flags & POSTQUERY_ATTRIB) && p != NULL && p->open != NULL)
			open_size(c, p->open, size);
	}
	return close_finish(c, p, a);
}

/* [MS-CIFS] 2.2.4.5.1 */
bool close_smb1_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, close_finish);
	struct cursor words = smb1_words(b);
	uint16_t fid = cur_u16le(&words);

	if (!cur_ok(&words))
		return false;
	p.open = smb1_chained_open(b);
	if (p.open == NULL)
		p.open = open_find(c, p.session_id, fid);
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}
