#include "sensor/smb/ioctl.h"

#include "sensor/smb/hold.h"

enum { FSCTL_PIPE_TRANSCEIVE = 0x0011C017 };

/* [MS-SMB2] 2.2.31 */
bool ioctl_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, ioctl_smb2_finish);
	struct cursor body = smb2_body(r->unit);
	struct piece said = { .is_write = true, .is_last = true, .request = p.key, .time_ns = p.time_ns };
	uint32_t code, offset, length;
	uint64_t id;

	cur_skip(&body, 4);	/* StructureSize, Reserved */
	code = cur_u32le(&body);
	id = smb2_file_id(&body);
	offset = cur_u32le(&body);
	length = cur_u32le(&body);
	cur_skip(&body, 24);	/* MaxInputResponse, Output…, Flags, Reserved2 */
	said.bytes = cur_at(&body, length > 0 ? offset : 0, length);
	if (!cur_ok(&body))
		return false;
	if (code != FSCTL_PIPE_TRANSCEIVE) {
		count(c->env->counts, COUNT_SMB2_OTHER);
		open_release(c, smb2_known_open_of(c, r, id));
		pending_add(c, &p, view_of(NULL, 0));
		return true;
	}
	p.open = smb2_open_of(c, r, id);
	if (p.open != NULL && p.open->kind == OPEN_UNKNOWN)
		p.open->kind = OPEN_PIPE;
	hold_begin(c, p.open, p.key, length, p.time_ns);
	open_data(c, p.open, &said);
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

/* [MS-SMB2] 2.2.32 */
enum finish ioctl_smb2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct cursor body = smb2_body(a != NULL ? a->unit : view_of(NULL, 0));
	struct piece said = { .is_last = true };
	uint32_t offset, length;

	if (p == NULL || p->open == NULL)
		return FINISH_DONE;
	hold_answered(c, p->open, p->key, a);
	if (a == NULL)
		return FINISH_DONE;
	if (a->status != STATUS_SUCCESS && a->status != STATUS_BUFFER_OVERFLOW)
		return FINISH_DONE;
	cur_skip(&body, 4);	/* StructureSize, Reserved */
	cur_skip(&body, 20);	/* CtlCode, FileId */
	cur_skip(&body, 8);	/* InputOffset, InputCount */
	offset = cur_u32le(&body);
	length = cur_u32le(&body);
	cur_skip(&body, 8);	/* Flags, Reserved2 */
	said.bytes = cur_at(&body, length > 0 ? offset : 0, length);
	said.time_ns = a->time_ns;
	if (!cur_ok(&body))
		return FINISH_MALFORMED;
	open_data(c, p->open, &said);
	return FINISH_DONE;
}
