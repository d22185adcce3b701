#include "sensor/smb/create_smb1.h"

#include "sensor/smb/transaction.h"

#include <string.h>

enum {
	SMB_COM_CREATE = 0x03,
	CREATED = 2,		/* an action of [MS-SMB2] 2.2.14 */
	DIRECTORY = 0x10,	/* of ExtFileAttributes */
};

static bool is_granted(const struct answer *a)
{
	return a != NULL && a->block != NULL && a->status == STATUS_SUCCESS;
}

static bool has_dfs_prefix(const struct smb1_block *b)
{
	return (b->h.flags2 & SMB_FLAGS2_DFS) != 0;
}

/* ResourceType ([MS-CIFS] 2.2.4.64.2): 0 a file or directory, 1 and 2 pipes, 3 a printer. */
static void say_resource(struct create_answered *k, uint16_t type)
{
	k->is_pipe_known = true;
	k->is_pipe = type == 1 || type == 2;
}

static void take_times(struct cursor *c, struct create_answered *k)
{
	for (size_t i = 0; i < CREATE_TIMES; i++)
		k->times[i] = cur_u64le(c);
}

/* ---- NT_CREATE_ANDX ---- */

/* [MS-CIFS] 2.2.4.64.1 */
bool create_smb1_nt_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, create_smb1_nt_finish);
	struct create_asked asked = { .has_dfs_prefix = has_dfs_prefix(b) };
	struct cursor words = smb1_andx_words(b);
	struct cursor bytes = smb1_bytes(b);
	uint16_t name_n;

	cur_skip(&words, 1);	/* Reserved */
	name_n = cur_u16le(&words);
	cur_skip(&words, 8);	/* Flags, RootDirectoryFID */
	asked.desired_access = cur_u32le(&words);
	cur_skip(&words, 16);	/* AllocationSize, ExtFileAttributes, ShareAccess */
	asked.disposition = cur_u32le(&words);
	asked.options = cur_u32le(&words);
	cur_skip(&words, 5);	/* ImpersonationLevel, SecurityFlags */
	if (smb1_is_unicode(b))
		cur_align(&bytes, 2);
	create_take_name(c, cur_take(&bytes, name_n < cur_left(&bytes) ? name_n : cur_left(&bytes)), smb1_is_unicode(b), &asked);
	if (!cur_ok(&words) || !cur_ok(&bytes))
		return false;
	create_request(c, b->message, &p, &asked);
	return true;
}

/* [MS-CIFS] 2.2.4.64.2 */
static bool nt_answer_parse(const struct smb1_block *b, struct create_answered *out)
{
	struct cursor words = smb1_andx_words(b);
	struct create_answered k = { .has_size = true, .has_attributes = true };

	cur_skip(&words, 1);	/* OplockLevel */
	k.file_id = cur_u16le(&words);
	k.action = cur_u32le(&words);
	take_times(&words, &k);
	k.attributes = cur_u32le(&words);
	cur_skip(&words, 8);	/* AllocationSize */
	k.size = cur_u64le(&words);
	say_resource(&k, cur_u16le(&words));
	if (!cur_ok(&words))
		return false;
	*out = k;
	return true;
}

enum finish create_smb1_nt_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k;

	if (is_granted(a) && !nt_answer_parse(a->block, &k))
		return FINISH_MALFORMED;
	create_finish(c, p, a, is_granted(a) ? &k : NULL);
	return FINISH_DONE;
}

/* ---- OPEN_ANDX ---- */

/* [MS-CIFS] 2.2.4.3.1 AccessMode: what the low bits ask for, as the generic rights that mean the same. */
static uint32_t access_of_mode(uint16_t mode)
{
	static const uint32_t rights[] = { 0x80000000, 0x40000000, 0xC0000000, 0x20000000 };	/* read, write, both, execute */

	return (mode & 0x7) < 4 ? rights[mode & 0x7] : 0;
}

/* [MS-CIFS] 2.2.4.41.1 OpenMode: what to do with a file that exists, and (0x10) with one that does not. */
static uint32_t disposition_of_mode(uint16_t mode)
{
	static const uint8_t create[] = { FILE_CREATE, FILE_OPEN_IF, FILE_OVERWRITE_IF, N_DISPOSITIONS };
	static const uint8_t keep[] = { N_DISPOSITIONS, FILE_OPEN, FILE_OVERWRITE, N_DISPOSITIONS };

	return (mode & 0x10) ? create[mode & 0x3] : keep[mode & 0x3];
}

bool create_smb1_open_andx_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, create_smb1_open_andx_finish);
	struct create_asked asked = { .has_dfs_prefix = has_dfs_prefix(b), .options = CREATE_OPTIONS_NONE };
	struct cursor words = smb1_andx_words(b);
	struct cursor bytes = smb1_bytes(b);

	cur_skip(&words, 2);	/* Flags */
	asked.desired_access = access_of_mode(cur_u16le(&words));
	cur_skip(&words, 8);	/* SearchAttrs, FileAttrs, CreationTime */
	asked.disposition = disposition_of_mode(cur_u16le(&words));
	cur_skip(&words, 12);	/* AllocationSize, Timeout, Reserved */
	asked.path = smb1_path(c, b, &bytes);
	if (!cur_ok(&words) || !cur_ok(&bytes))
		return false;
	create_request(c, b->message, &p, &asked);
	return true;
}

/* [MS-CIFS] 2.2.4.41.2 OpenResults: 1 opened, 2 created, 3 truncated, as an action of [MS-SMB2] 2.2.14 */
static uint32_t action_of_results(uint16_t results)
{
	return (results & 0x3) != 0 ? results & 0x3 : CREATE_ACTION_NONE;
}

/* [MS-CIFS] 2.2.4.41.2 */
static bool open_andx_answer_parse(const struct smb1_block *b, struct create_answered *out)
{
	struct cursor words = smb1_andx_words(b);
	struct create_answered k = { .has_size = true, .has_attributes = true };

	k.file_id = cur_u16le(&words);
	k.attributes = cur_u16le(&words);
	cur_skip(&words, 4);	/* LastWriteTime */
	k.size = cur_u32le(&words);
	cur_skip(&words, 2);	/* AccessRights */
	say_resource(&k, cur_u16le(&words));
	cur_skip(&words, 2);	/* NMPipeStatus */
	k.action = action_of_results(cur_u16le(&words));
	if (!cur_ok(&words))
		return false;
	*out = k;
	return true;
}

enum finish create_smb1_open_andx_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k;

	if (is_granted(a) && !open_andx_answer_parse(a->block, &k))
		return FINISH_MALFORMED;
	create_finish(c, p, a, is_granted(a) ? &k : NULL);
	return FINISH_DONE;
}

/* ---- OPEN, CREATE, CREATE_NEW ---- */

/* The name behind a format byte. */
static bool core_request(struct conn *c, const struct smb1_block *b, struct pending *p, struct create_asked *asked)
{
	struct cursor bytes = smb1_bytes(b);

	cur_skip(&bytes, 1);	/* BufferFormat */
	asked->has_dfs_prefix = has_dfs_prefix(b);
	asked->options = CREATE_OPTIONS_NONE;
	asked->path = smb1_path(c, b, &bytes);
	if (!cur_ok(&bytes))
		return false;
	create_request(c, b->message, p, asked);
	return true;
}

/* [MS-CIFS] 2.2.4.3.1 */
bool create_smb1_open_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, create_smb1_open_finish);
	struct cursor words = smb1_words(b);
	struct create_asked asked = { .desired_access = access_of_mode(cur_u16le(&words)), .disposition = FILE_OPEN };

	return cur_ok(&words) && core_request(c, b, &p, &asked);
}

/* [MS-CIFS] 2.2.4.3.2 */
enum finish create_smb1_open_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k = { .action = 1, .has_size = true, .has_attributes = true };
	struct cursor words;

	if (is_granted(a)) {
		words = smb1_words(a->block);
		k.file_id = cur_u16le(&words);
		k.attributes = cur_u16le(&words);
		cur_skip(&words, 4);	/* LastModified */
		k.size = cur_u32le(&words);
		if (!cur_ok(&words))
			return FINISH_MALFORMED;
	}
	create_finish(c, p, a, is_granted(a) ? &k : NULL);
	return FINISH_DONE;
}

/* [MS-CIFS] 2.2.4.4.1, 2.2.4.16.1, 2.2.4.67.1: CREATE empties a file that exists, the others fail then. All open to read and write. */
bool create_smb1_core_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, create_smb1_core_finish);
	struct create_asked asked = {
		.desired_access = 0xC0000000, .disposition = b->command == SMB_COM_CREATE ? FILE_OVERWRITE_IF : FILE_CREATE,
	};

	return core_request(c, b, &p, &asked);
}

/* [MS-CIFS] 2.2.4.4.2, 2.2.4.16.2, 2.2.4.67.2 */
enum finish create_smb1_core_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k = { .action = CREATE_ACTION_NONE };
	struct cursor words;

	if (is_granted(a)) {
		words = smb1_words(a->block);
		k.file_id = cur_u16le(&words);
		if (!cur_ok(&words))
			return FINISH_MALFORMED;
	}
	create_finish(c, p, a, is_granted(a) ? &k : NULL);
	return FINISH_DONE;
}

/* ---- CREATE_TEMPORARY ---- */

/* [MS-CIFS] 2.2.4.15.1: of the name only the folder. */
bool create_smb1_temporary_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, create_smb1_temporary_finish);
	struct create_asked asked = { .desired_access = 0xC0000000, .disposition = FILE_CREATE };

	return core_request(c, b, &p, &asked);
}

/* ${folder} and ${name} as one path, in the arena. */
static const char *path_of(struct conn *c, const char *folder, const char *name)
{
	size_t n_folder = strlen(folder), n_name = strlen(name) + 1;
	bool has_gap = n_folder > 0 && folder[n_folder - 1] != '\\';
	char *path = arena_get(c->env->arena, n_folder + has_gap + n_name);

	if (path == NULL)
		return name;
	view_copy(path, n_folder, view_of(folder, n_folder));
	view_copy(path + n_folder, has_gap, view_of("\\", 1));
	view_copy(path + n_folder + has_gap, n_name, view_of(name, n_name));
	return path;
}

/* [MS-CIFS] 2.2.4.15.2; servers leave the format byte out, and answer in ASCII. */
enum finish create_smb1_temporary_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k = { .action = CREATED };
	struct cursor words, bytes;
	const char *name;

	if (!is_granted(a))
		return create_smb1_core_finish(c, p, a);
	words = smb1_words(a->block);
	bytes = smb1_bytes(a->block);
	k.file_id = cur_u16le(&words);
	cur_skip(&bytes, cur_sees(&bytes, "\4", 1) ? 1 : 0);
	name = smb1_ascii(c, &bytes);
	if (!cur_ok(&words) || !cur_ok(&bytes))
		return FINISH_MALFORMED;
	if (p != NULL && p->open != NULL && name != NULL)
		open_rename(c, p->open, path_of(c, p->open->path != NULL ? p->open->path : "", name));
	create_finish(c, p, a, &k);
	return FINISH_DONE;
}

/* ---- CREATE_DIRECTORY ---- */

/* [MS-CIFS] 2.2.4.1.1 */
bool create_smb1_directory_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, create_smb1_directory_finish);
	struct create_asked asked = { .disposition = FILE_CREATE };

	return core_request(c, b, &p, &asked);
}

/* [MS-CIFS] 2.2.6.14.1 */
bool create_smb1_directory2_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	struct create_asked asked = {
		.has_dfs_prefix = has_dfs_prefix(b), .options = CREATE_OPTIONS_NONE, .disposition = FILE_CREATE,
		.way = CREATE_DIRECTORY_BY_TRANS2,
	};
	struct cursor at = cur_of(whole->bytes[PARAMETERS]);

	cur_skip(&at, 4);	/* Reserved */
	asked.path = smb1_text(c, b, cur_rest(&at));
	if (!cur_ok(&at))
		return false;
	create_request(c, b->message, p, &asked);
	return true;
}

/* [MS-CIFS] 2.2.4.1.2, 2.2.6.14.2: it was made, nothing is open. */
enum finish create_smb1_directory_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	const struct create_answered k = { .has_no_id = true, .action = CREATED, .has_attributes = true, .attributes = DIRECTORY };

	if (p != NULL)
		create_finish(c, p, a, a != NULL && a->status == STATUS_SUCCESS ? &k : NULL);
	return FINISH_DONE;
}

/* ---- NT_TRANSACT_CREATE ---- */

/* [MS-CIFS] 2.2.7.1.1. The data, a security descriptor and extended attributes, tell nothing that is reported. */
bool create_smb1_transact_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	struct create_asked asked = { .has_dfs_prefix = has_dfs_prefix(b) };
	struct cursor at = cur_of(whole->bytes[PARAMETERS]);
	uint32_t name_n;

	cur_skip(&at, 8);	/* Flags, RootDirectoryFID */
	asked.desired_access = cur_u32le(&at);
	cur_skip(&at, 16);	/* AllocationSize, ExtFileAttributes, ShareAccess */
	asked.disposition = cur_u32le(&at);
	asked.options = cur_u32le(&at);
	cur_skip(&at, 8);	/* SecurityDescriptorLength, EALength */
	name_n = cur_u32le(&at);
	cur_skip(&at, 5);	/* ImpersonationLevel, SecurityFlags */
	if (smb1_is_unicode(b) && cur_left(&at) > name_n)
		cur_skip(&at, 1);	/* to an even offset of the message */
	asked.path = smb1_text(c, b, cur_take(&at, name_n));
	if (!cur_ok(&at))
		return false;
	create_request(c, b->message, p, &asked);
	return true;
}

/* [MS-CIFS] 2.2.4.62.2, 2.2.7.1.2 */
static bool transact_answer_parse(const struct smb1_block *b, struct create_answered *out)
{
	struct create_answered k = { .has_size = true, .has_attributes = true };
	struct cursor words = smb1_words(b);
	struct cursor at = smb1_bytes(b);
	uint32_t n, offset;

	cur_skip(&words, 11);	/* Reserved1, TotalParameterCount, TotalDataCount */
	n = cur_u32le(&words);
	offset = cur_u32le(&words);
	at = cur_of(cur_at(&at, offset, n));
	cur_skip(&at, 2);	/* OplockLevel, Reserved */
	k.file_id = cur_u16le(&at);
	k.action = cur_u32le(&at);
	cur_skip(&at, 4);	/* EAErrorOffset */
	take_times(&at, &k);
	k.attributes = cur_u32le(&at);
	cur_skip(&at, 8);	/* AllocationSize */
	k.size = cur_u64le(&at);
	say_resource(&k, cur_u16le(&at));
	if (!cur_ok(&words) || !cur_ok(&at))
		return false;
	*out = k;
	return true;
}

enum finish create_smb1_transact_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k;

	if (is_granted(a) && !transact_answer_parse(a->block, &k))
		return FINISH_MALFORMED;
	create_finish(c, p, a, is_granted(a) ? &k : NULL);
	return FINISH_DONE;
}

/* ---- TRANS2_OPEN2 ---- */

/* [MS-CIFS] 2.2.6.1.1 */
bool create_smb1_open2_request(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	struct create_asked asked = { .has_dfs_prefix = has_dfs_prefix(b), .options = CREATE_OPTIONS_NONE };
	struct cursor at = cur_of(whole->bytes[PARAMETERS]);

	cur_skip(&at, 2);	/* Flags */
	asked.desired_access = access_of_mode(cur_u16le(&at));
	cur_skip(&at, 8);	/* Reserved1, FileAttributes, CreationTime */
	asked.disposition = disposition_of_mode(cur_u16le(&at));
	cur_skip(&at, 14);	/* AllocationSize, Reserved */
	asked.path = smb1_text(c, b, cur_rest(&at));
	if (!cur_ok(&at))
		return false;
	create_request(c, b->message, p, &asked);
	return true;
}

/* [MS-CIFS] 2.2.6.1.2. ActionTaken says what OpenResults of OPEN_ANDX does. */
static bool open2_answer_parse(const struct smb1_block *b, struct create_answered *out)
{
	struct create_answered k = { .has_size = true, .has_attributes = true };
	struct transaction_part part;
	struct cursor at;

	if (!transaction_answer_parse(b, &part))
		return false;
	at = cur_of(part.bytes[PARAMETERS]);
	k.file_id = cur_u16le(&at);
	k.attributes = cur_u16le(&at);
	cur_skip(&at, 4);	/* CreationTime */
	k.size = cur_u32le(&at);
	cur_skip(&at, 2);	/* AccessMode */
	say_resource(&k, cur_u16le(&at));
	cur_skip(&at, 2);	/* NMPipeStatus */
	k.action = action_of_results(cur_u16le(&at));
	if (!cur_ok(&at))
		return false;
	*out = k;
	return true;
}

enum finish create_smb1_open2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k;

	if (is_granted(a) && !open2_answer_parse(a->block, &k))
		return FINISH_MALFORMED;
	create_finish(c, p, a, is_granted(a) ? &k : NULL);
	return FINISH_DONE;
}

/* ---- SMB_POSIX_PATH_OPEN ---- */

/* What the CIFS UNIX extensions call SMB_O_… */
enum posix_flags { O_WRONLY_ = 0x2, O_RDWR_ = 0x4, O_CREAT_ = 0x10, O_EXCL_ = 0x20, O_TRUNC_ = 0x40, O_DIRECTORY_ = 0x200 };

static uint32_t disposition_of_posix(uint32_t flags)
{
	if (flags & O_CREAT_ && flags & O_EXCL_)
		return FILE_CREATE;
	if (flags & O_CREAT_)
		return flags & O_TRUNC_ ? FILE_OVERWRITE_IF : FILE_OPEN_IF;
	return flags & O_TRUNC_ ? FILE_OVERWRITE : FILE_OPEN;
}

/* The CIFS UNIX extensions: oplock, flags, permissions, the level of the answer. */
bool create_smb1_posix_request(struct conn *c, const struct smb1_block *b, struct pending *p, char *path, struct view data)
{
	struct create_asked asked = {
		.path = path, .has_dfs_prefix = has_dfs_prefix(b), .options = CREATE_OPTIONS_NONE, .way = CREATE_BY_POSIX,
	};
	struct cursor at = cur_of(data);
	uint32_t flags;

	cur_skip(&at, 4);	/* oplock */
	flags = cur_u32le(&at);
	if (!cur_ok(&at))
		return false;
	asked.desired_access = (flags & O_RDWR_) ? 0xC0000000 : (flags & O_WRONLY_) ? 0x40000000 : 0x80000000;
	asked.disposition = disposition_of_posix(flags);
	p->finish = create_smb1_posix_finish;
	p->count = flags & O_DIRECTORY_;
	create_request(c, b->message, p, &asked);
	return true;
}

/* The same: oplock, FID, action as in [MS-SMB2] 2.2.14. */
enum finish create_smb1_posix_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct create_answered k = { .has_attributes = p->count != 0, .attributes = DIRECTORY, .has_no_id = p->count != 0 };
	struct transaction_part part;
	struct cursor at;

	if (is_granted(a)) {
		if (!transaction_answer_parse(a->block, &part))
			return FINISH_MALFORMED;
		at = cur_of(part.bytes[DATA]);
		cur_skip(&at, 2);	/* oplock */
		k.file_id = cur_u16le(&at);
		k.action = cur_u32le(&at);
		if (!cur_ok(&at))
			return FINISH_MALFORMED;
	}
	create_finish(c, p, a, is_granted(a) ? &k : NULL);
	return FINISH_DONE;
}
