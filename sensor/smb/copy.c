#include "sensor/smb/copy.h"

#include "sensor/smb/fact.h"
#include "sensor/smb/open.h"
#include "sensor/smb/rename.h"
#include "sensor/smb/tree.h"

#include <string.h>

enum {
	CHUNKS_MAX = 256,		/* what Windows and Samba take in one request ([MS-SMB2] 3.3.3) */
	CHUNK_BYTES = 24,		/* [MS-SMB2] 2.2.31.1.1 */
	CHUNKS_HEAD_BYTES = OPEN_KEY_BYTES + 8,
	SAME_TREE = 0xFFFF,
};

enum copied_by { BY_CHUNKS, BY_EXTENTS, BY_OFFLOAD, BY_COMMAND };

static const char *const names[] = {
	[BY_CHUNKS] = "copychunk", [BY_EXTENTS] = "duplicate_extents", [BY_OFFLOAD] = "offload", [BY_COMMAND] = "command",
};

/* ---- the event ---- */

static void emit(struct conn *c, const struct exchange *x, Ev__SmbCopy *body, enum copied_by by)
{
	Ev__Event e = EV__EVENT__INIT;

	body->by = text_lend(names[by]);
	e.body_case = EV__EVENT__BODY_SMB_COPY;
	e.smb_copy = body;
	fact_emit(c, x, &e);
}

/* What an answer tells of a copy into p->open. */
struct told {
	enum copied_by by;
	const struct open *source;	/* NULL: not known */
	const uint64_t *bytes;		/* how many were copied; NULL: not said */
};

static void report(struct conn *c, const struct pending *p, const struct answer *a, const struct told *told)
{
	const struct open *source = told->source;
	Ev__SmbCopy body = EV__SMB_COPY__INIT;
	struct exchange x = fact_exchange(p, a);

	FACT_SET(&body, session_id, p->session_id);
	FACT_SET(&body, tree_id, p->tree_id);
	if (p->open != NULL) {
		OPEN_FACT(&body, p->open);
		body.share = p->open->share;
		body.path = p->open->path;
	}
	if (source != NULL) {
		body.source_share = source->share;
		body.source_path = source->path;
		FACT_SET(&body, source_file_id, source->file_id);
	}
	FACT_SET(&body, asked_bytes, p->offset);
	if (told->bytes != NULL)
		FACT_SET(&body, bytes, *told->bytes);
	emit(c, &x, &body, told->by);
}

static bool has_succeeded(const struct answer *a)
{
	return a != NULL && a->status == STATUS_SUCCESS;
}

/* ---- FSCTL_SRV_COPYCHUNK ---- */

/* [MS-SMB2] 2.2.31.1.1; what was sent is at least so long. */
struct chunk {
	uint64_t target;
	uint32_t n;
};

static struct chunk take_chunk(struct cursor *c)
{
	struct chunk k;

	cur_skip(c, 8);	/* SourceOffset */
	k.target = cur_u64le(c);
	k.n = cur_u32le(c);
	cur_skip(c, 4);	/* Reserved */
	return k;
}

/* [MS-SMB2] 2.2.31.1: what follows SourceKey, up to the chunks. */
static size_t count_chunks(struct cursor *c)
{
	size_t n = cur_u32le(c);

	cur_skip(c, 4);	/* Reserved */
	return cur_count(c, n < CHUNKS_MAX ? n : CHUNKS_MAX, CHUNK_BYTES);
}

bool copy_chunks_asked(struct conn *c, struct pending *p, struct view input, struct view *keep)
{
	struct cursor in = cur_of(input);
	size_t n;

	(void)c;
	cur_skip(&in, OPEN_KEY_BYTES);
	n = count_chunks(&in);
	for (size_t i = 0; i < n; i++)
		p->offset += take_chunk(&in).n;
	*keep = view_first(input, CHUNKS_HEAD_BYTES + n * CHUNK_BYTES);
	return cur_ok(&in);
}

static void overwrite_chunks(struct conn *c, struct open *target, struct cursor *kept, int64_t time_ns)
{
	size_t n = count_chunks(kept);

	for (size_t i = 0; i < n; i++) {
		struct chunk k = take_chunk(kept);

		open_overwritten(c, target, k.target, k.n, time_ns);
	}
}

/* [MS-SMB2] 2.2.32.1 */
bool copy_chunks_told(struct conn *c, struct pending *p, const struct answer *a, struct view output)
{
	struct cursor kept = cur_of(pending_kept(p));
	const struct open *source = open_find_key(c, cur_take(&kept, OPEN_KEY_BYTES));
	struct cursor out = cur_of(output);
	uint64_t bytes;

	if (!has_succeeded(a)) {
		report(c, p, a, &(struct told){ BY_CHUNKS, source, NULL });
		return true;
	}
	cur_skip(&out, 8);	/* ChunksWritten, ChunkBytesWritten */
	bytes = cur_u32le(&out);
	if (!cur_ok(&out))
		return false;
	report(c, p, a, &(struct told){ BY_CHUNKS, source, &bytes });
	if (p->open != NULL)
		overwrite_chunks(c, p->open, &kept, a->time_ns);
	return true;
}

/* ---- FSCTL_DUPLICATE_EXTENTS_TO_FILE ---- */

/* [MS-FSCC] 2.3.7.2 */
bool copy_extents_asked(struct conn *c, struct pending *p, struct view input, struct view *keep)
{
	struct cursor in = cur_of(input);

	(void)c;
	cur_skip(&in, 16 + 8 + 8);	/* SourceFileID, SourceFileOffset, TargetFileOffset */
	p->offset = cur_u64le(&in);	/* ByteCount */
	*keep = view_first(input, cur_offset(&in));
	return cur_ok(&in);
}

/* [MS-FSCC] 2.3.9.2: the same behind StructureSize. */
bool copy_extents_ex_asked(struct conn *c, struct pending *p, struct view input, struct view *keep)
{
	struct cursor in = cur_of(input);

	cur_skip(&in, 8);
	return copy_extents_asked(c, p, cur_rest(&in), keep);
}

bool copy_extents_told(struct conn *c, struct pending *p, const struct answer *a, struct view output)
{
	struct cursor kept = cur_of(pending_kept(p));
	struct open *source;
	uint64_t target;

	(void)output;
	cur_skip(&kept, 8);	/* Persistent */
	source = open_find(c, p->session_id, cur_u64le(&kept));
	cur_skip(&kept, 8);	/* SourceFileOffset */
	target = cur_u64le(&kept);
	report(c, p, a, &(struct told){ BY_EXTENTS, source, has_succeeded(a) ? &p->offset : NULL });
	if (has_succeeded(a) && p->open != NULL)
		open_overwritten(c, p->open, target, p->offset, a->time_ns);
	open_release(c, source);
	return true;
}

/* ---- FSCTL_OFFLOAD_WRITE ---- */

/* [MS-FSCC] 2.3.41: of the source only a token, which no two servers make alike. */
bool copy_offload_asked(struct conn *c, struct pending *p, struct view input, struct view *keep)
{
	struct cursor in = cur_of(input);

	(void)c;
	cur_skip(&in, 8 + 8);	/* Size, Flags, FileOffset */
	p->offset = cur_u64le(&in);	/* CopyLength */
	*keep = view_first(input, cur_offset(&in));
	return cur_ok(&in);
}

/* [MS-FSCC] 2.3.42 */
bool copy_offload_told(struct conn *c, struct pending *p, const struct answer *a, struct view output)
{
	struct cursor kept = cur_of(pending_kept(p));
	struct cursor out = cur_of(output);
	uint64_t bytes;

	if (!has_succeeded(a)) {
		report(c, p, a, &(struct told){ .by = BY_OFFLOAD });
		return true;
	}
	cur_skip(&out, 8);	/* Size, Flags */
	bytes = cur_u64le(&out);
	if (!cur_ok(&out))
		return false;
	report(c, p, a, &(struct told){ BY_OFFLOAD, NULL, &bytes });
	cur_skip(&kept, 8);
	if (p->open != NULL)
		open_overwritten(c, p->open, cur_u64le(&kept), bytes, a->time_ns);
	return true;
}

/* ---- SMB1's COPY ---- */

/* [MS-CIFS] 2.2.4.35, as [CIFS] of 1998 has it: the tree of the header is the source's. */
bool copy_smb1_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, copy_smb1_finish);
	struct cursor words = smb1_words(b);
	struct view both;

	p.what = cur_u16le(&words);	/* Tid2 */
	if (!cur_ok(&words) || !rename_take_names(c, b, &both))
		return false;
	pending_add(c, &p, both);
	return true;
}

enum finish copy_smb1_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbCopy body = EV__SMB_COPY__INIT;
	const struct tree *from = p != NULL ? tree_find(c, p->session_id, p->tree_id) : NULL;
	uint32_t tid = p == NULL || p->what == SAME_TREE ? 0 : p->what;
	const struct tree *to = tid != 0 ? tree_find(c, p->session_id, tid) : from;
	char *text = pending_text(p);
	struct exchange x;

	if (p == NULL)
		return FINISH_DONE;
	x = fact_exchange(p, a);
	FACT_SET(&body, session_id, p->session_id);
	FACT_SET(&body, tree_id, tid != 0 ? tid : p->tree_id);
	body.share = to != NULL ? to->path : NULL;
	body.source_share = from != NULL ? from->path : NULL;
	body.source_path = text;
	body.path = text != NULL ? text + strlen(text) + 1 : NULL;
	emit(c, &x, &body, BY_COMMAND);
	return FINISH_DONE;
}
