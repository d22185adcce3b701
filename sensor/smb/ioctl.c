#include "sensor/smb/ioctl.h"

#include "sensor/smb/alias.h"
#include "sensor/smb/copy.h"
#include "sensor/smb/hold.h"
#include "sensor/smb/set_info.h"

#include <string.h>

enum { ALIAS_FORM_SHIFT = 8 };	/* of enum alias_form in pending.what, above the row */

/* ---- what is asked: into ${p}, and what has to be kept into ${keep} ---- */

static bool ask_transceive(struct conn *c, struct pending *p, struct view input, struct view *keep)
{
	struct piece said = { .is_write = true, .is_last = true, .request = p->key, .bytes = input, .time_ns = p->time_ns };

	(void)keep;
	if (p->open != NULL && p->open->kind == OPEN_UNKNOWN)
		p->open->kind = OPEN_PIPE;
	hold_begin(c, p->open, p->key, (uint32_t)input.n, p->time_ns);
	open_data(c, p->open, &said);
	return true;
}

static bool ask_nothing(struct conn *c, struct pending *p, struct view input, struct view *keep)
{
	(void)c;
	(void)p;
	(void)input;
	(void)keep;
	return true;
}

static bool ask_reparse(struct conn *c, struct pending *p, struct view input, struct view *keep)
{
	enum alias_form form;
	const char *target;

	if (!alias_reparse_parse(c->env->arena, input, &target, &form))
		return false;
	p->what |= (uint16_t)(form << ALIAS_FORM_SHIFT);
	if (target != NULL)
		*keep = view_of(target, strlen(target) + 1);
	return true;
}

/* [MS-FSCC] 2.3.71: from where to where */
static bool ask_zeros(struct conn *c, struct pending *p, struct view input, struct view *keep)
{
	struct cursor in = cur_of(input);

	(void)c;
	(void)p;
	*keep = cur_take(&in, 2 * sizeof(uint64_t));
	return cur_ok(&in);
}

/* ---- what was answered: ${output} is empty unless something came back. False if it is malformed. ---- */

static bool told_transceive(struct conn *c, struct pending *p, const struct answer *a, struct view output)
{
	struct piece said = { .is_last = true, .bytes = output, .time_ns = a != NULL ? a->time_ns : 0 };

	hold_answered(c, p->open, p->key, a);
	if (a != NULL && (a->status == STATUS_SUCCESS || a->status == STATUS_BUFFER_OVERFLOW))
		open_data(c, p->open, &said);
	return true;
}

/* [MS-SMB2] 2.2.32.3, [MS-SMB] 2.2.7.2.2 */
static bool told_key(struct conn *c, struct pending *p, const struct answer *a, struct view output)
{
	struct cursor out = cur_of(output);
	struct view key = cur_take(&out, OPEN_KEY_BYTES);

	if (a == NULL || a->status != STATUS_SUCCESS)
		return true;
	if (cur_ok(&out) && p->open != NULL)
		open_keep_key(c, p->open, key);
	return cur_ok(&out);
}

static bool told_reparse(struct conn *c, struct pending *p, const struct answer *a, struct view output)
{
	(void)output;
	alias_soft_report(c, p, a, (enum alias_form)(p->what >> ALIAS_FORM_SHIFT));
	return true;
}

static bool told_zeros(struct conn *c, struct pending *p, const struct answer *a, struct view output)
{
	struct cursor kept = cur_of(pending_kept(p));
	uint64_t from = cur_u64le(&kept), to = cur_u64le(&kept);

	(void)output;
	if (p->open != NULL)
		set_info_zeros(c, p, a, from, to);
	return true;
}

static bool told_nothing(struct conn *c, struct pending *p, const struct answer *a, struct view output)
{
	(void)c;
	(void)p;
	(void)a;
	(void)output;
	return true;
}

/* ---- the codes ---- */

struct control {
	uint32_t code;
	const char *name;
	bool (*ask)(struct conn *c, struct pending *p, struct view input, struct view *keep);
	bool (*told)(struct conn *c, struct pending *p, const struct answer *a, struct view output);
};

/* [MS-SMB2] 2.2.31, [MS-FSCC] 2.3. The first row stands for those that yield no fact. */
/* clang-format off */
static const struct control controls[] = {
	{ 0x00000000, NULL,                                ask_nothing,           told_nothing      },
	{ 0x000900A4, "FSCTL_SET_REPARSE_POINT",           ask_reparse,           told_reparse      },
	{ 0x000980C8, "FSCTL_SET_ZERO_DATA",               ask_zeros,             told_zeros        },
	{ 0x00098268, "FSCTL_OFFLOAD_WRITE",               copy_offload_asked,    copy_offload_told },
	{ 0x00098344, "FSCTL_DUPLICATE_EXTENTS_TO_FILE",   copy_extents_asked,    copy_extents_told },
	{ 0x000983E8, "FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX",copy_extents_ex_asked, copy_extents_told },
	{ 0x0011C017, "FSCTL_PIPE_TRANSCEIVE",             ask_transceive,        told_transceive   },
	{ 0x00140078, "FSCTL_SRV_REQUEST_RESUME_KEY",      ask_nothing,           told_key          },
	{ 0x001440F2, "FSCTL_SRV_COPYCHUNK",               copy_chunks_asked,     copy_chunks_told  },
	{ 0x001480F2, "FSCTL_SRV_COPYCHUNK_WRITE",         copy_chunks_asked,     copy_chunks_told  },
};
/* clang-format on */

enum { N_CONTROLS = sizeof(controls) / sizeof(*controls) };

const char *ioctl_name(size_t i)
{
	return i + 1 < N_CONTROLS ? controls[i + 1].name : NULL;
}

static uint16_t row_of(uint32_t code)
{
	uint16_t i = N_CONTROLS - 1;

	while (i > 0 && controls[i].code != code)
		i--;
	return i;
}

static const struct control *control_of(const struct pending *p)
{
	return &controls[p->what & UINT8_MAX];
}

/* ${input} comes with the control code of ${p}, whose open is set. False if it is malformed. */
static bool ask(struct conn *c, struct pending *p, struct view input)
{
	struct view keep = view_of(NULL, 0);

	if (!control_of(p)->ask(c, p, input, &keep)) {
		open_release(c, p->open);
		return false;
	}
	pending_add(c, p, keep);
	return true;
}

/* ---- SMB2 ---- */

/* [MS-SMB2] 2.2.31 */
bool ioctl_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, ioctl_smb2_finish);
	struct cursor body = smb2_body(r->unit);
	uint32_t offset, length;
	struct view input;
	uint64_t id;

	cur_skip(&body, 4);	/* StructureSize, Reserved */
	p.what = row_of(cur_u32le(&body));
	id = smb2_file_id(&body);
	offset = cur_u32le(&body);
	length = cur_u32le(&body);
	cur_skip(&body, 24);	/* MaxInputResponse, Output…, Flags, Reserved2 */
	input = cur_at(&body, length > 0 ? offset : 0, length);
	if (!cur_ok(&body))
		return false;
	if (p.what == 0) {
		count(c->env->counts, COUNT_SMB2_OTHER);
		open_release(c, smb2_known_open_of(c, r, id));
		pending_add(c, &p, view_of(NULL, 0));
		return true;
	}
	p.open = smb2_open_of(c, r, id);
	return ask(c, &p, input);
}

/* [MS-SMB2] 2.2.32: what came back; nothing with most errors (2.2.2). */
static bool smb2_output_parse(const struct answer *a, struct view *out)
{
	struct cursor body = smb2_body(a->unit);
	uint32_t offset, length;

	cur_skip(&body, 4);	/* StructureSize, Reserved */
	cur_skip(&body, 20);	/* CtlCode, FileId */
	cur_skip(&body, 8);	/* InputOffset, InputCount */
	offset = cur_u32le(&body);
	length = cur_u32le(&body);
	cur_skip(&body, 8);	/* Flags, Reserved2 */
	*out = cur_at(&body, length > 0 ? offset : 0, length);
	return cur_ok(&body);
}

static bool has_output(const struct answer *a)
{
	return a != NULL && (a->status == STATUS_SUCCESS || a->status == STATUS_BUFFER_OVERFLOW);
}

enum finish ioctl_smb2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct view output = view_of(NULL, 0);

	if (p == NULL || p->what == 0)
		return FINISH_DONE;
	if (has_output(a) && !smb2_output_parse(a, &output))
		return FINISH_MALFORMED;
	return control_of(p)->told(c, p, a, output) ? FINISH_DONE : FINISH_MALFORMED;
}

/* ---- SMB1 ---- */

/* [MS-CIFS] 2.2.7.2.1: the setup holds FunctionCode and FID. */
bool ioctl_smb1_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	p->what = row_of((uint32_t)whole->setup[1] << 16 | whole->setup[0]);
	if (p->what == 0) {
		count(c->env->counts, COUNT_SMB1_OTHER);
		pending_add(c, p, view_of(NULL, 0));
		return true;
	}
	p->open = smb1_open_of(c, b, whole->setup[2]);
	return ask(c, p, whole->bytes[DATA]);
}

/* [MS-CIFS] 2.2.4.62.2: only where the data lie. */
static bool smb1_output_parse(const struct smb1_block *b, struct view *out)
{
	struct cursor words = smb1_words(b);
	struct cursor bytes = smb1_bytes(b);
	uint32_t n, offset;

	cur_skip(&words, 3 + 8 + 12);	/* Reserved1, TotalParameterCount, TotalDataCount, Parameter… */
	n = cur_u32le(&words);
	offset = cur_u32le(&words);
	*out = cur_at(&bytes, n > 0 ? offset : 0, n);
	return cur_ok(&words) && cur_ok(&bytes);
}

enum finish ioctl_smb1_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct view output = view_of(NULL, 0);

	if (p->what == 0)
		return FINISH_DONE;
	if (has_output(a) && a->block != NULL && !smb1_output_parse(a->block, &output))
		return FINISH_MALFORMED;
	return control_of(p)->told(c, p, a, output) ? FINISH_DONE : FINISH_MALFORMED;
}
