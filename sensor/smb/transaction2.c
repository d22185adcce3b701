#include "sensor/smb/transaction2.h"

#include "sensor/smb/create_smb1.h"
#include "sensor/smb/name.h"
#include "sensor/smb/open.h"
#include "sensor/smb/set_info.h"
#include "sensor/smb/transaction.h"
#include "sensor/smb/tree.h"

enum { PASS_THROUGH = 1000 /* [MS-SMB] 2.2.2.3.5: levels above are information classes of [MS-FSCC] */ };

/* [MS-CIFS] 2.2.8.4 */
enum level {
	SMB_SET_FILE_DISPOSITION_INFO = 0x0102,
	SMB_SET_FILE_ALLOCATION_INFO = 0x0103,
	SMB_SET_FILE_END_OF_FILE_INFO = 0x0104,
	SMB_POSIX_PATH_OPEN = 0x0209,
};

/* Levels of TRANSACTION2, and what means the same. */
struct level_row {
	uint16_t level;
	uint16_t class;
};

static const struct level_row levels[] = {
	{ SMB_SET_FILE_DISPOSITION_INFO, FILE_DISPOSITION    },
	{ SMB_SET_FILE_ALLOCATION_INFO,	 FILE_ALLOCATION     },
	{ SMB_SET_FILE_END_OF_FILE_INFO, FILE_END_OF_FILE    },
	{ POSIX_SYMBOLIC_LINK,		 POSIX_SYMBOLIC_LINK },
	{ POSIX_HARD_LINK,		 POSIX_HARD_LINK     },
	{ POSIX_UNLINK,			 POSIX_UNLINK	     },
};

static uint16_t class_of_level(uint16_t level)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (levels[i].level == level)
			return levels[i].class;
	return level > PASS_THROUGH && level <= PASS_THROUGH + UINT8_MAX ? level - PASS_THROUGH : FILE_CLASS_NONE;
}

/* Levels of the CIFS UNIX extensions. */
static bool is_posix(uint16_t level)
{
	return level >= 0x0200 && level <= 0x02FF;
}

static struct set_info info_of(const struct smb1_block *b, uint16_t level, const struct transaction_part *whole)
{
	return (struct set_info){
		.class = class_of_level(level), .info = whole->bytes[DATA], .root_bytes = 4, .is_unicode = smb1_is_unicode(b),
	};
}

/* [MS-CIFS] 2.2.6.9.1 */
static bool set_file(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	struct cursor parameters = cur_of(whole->bytes[PARAMETERS]);
	uint16_t fid = cur_u16le(&parameters);
	struct set_info info = info_of(b, cur_u16le(&parameters), whole);

	if (!cur_ok(&parameters))
		return false;
	p->open = smb1_open_of(c, b, fid);
	return set_info_request(c, p, &info);
}

/* [MS-CIFS] 2.2.6.7.1: what is set is a file that is not open; an open stands in for it until the answer. */
static bool set_path(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole)
{
	const struct tree *t = tree_find(c, p->session_id, p->tree_id);
	struct cursor parameters = cur_of(whole->bytes[PARAMETERS]);
	uint16_t level = cur_u16le(&parameters);
	struct set_info info = info_of(b, level, whole);
	char *path;

	cur_skip(&parameters, 4);	/* Reserved */
	path = smb1_text(c, b, cur_rest(&parameters));
	if (!cur_ok(&parameters))
		return false;
	if (is_posix(level))
		path = name_of_posix(path);
	if (level == SMB_POSIX_PATH_OPEN)
		return create_smb1_posix_request(c, b, p, path, whole->bytes[DATA]);
	p->open = open_new(c, p->session_id, p->tree_id,
			   path != NULL ? name_below_share(c->env->arena, path, t != NULL ? t->path : NULL, (b->h.flags2 & SMB_FLAGS2_DFS) != 0) : NULL,
			   b->message->time_ns);
	return set_info_request(c, p, &info);
}

/* [MS-CIFS] 2.2.6, Trans2 subcommands. Those that are not here list, ask or watch. */
/* clang-format off */
static const struct transaction_function functions[] = {
	{ 0x0000, create_smb1_open2_request,     create_smb1_open2_finish,     "TRANS2_OPEN2" },
	{ 0x0006, set_path,                      set_info_finish,              "TRANS2_SET_PATH_INFORMATION" },
	{ 0x0008, set_file,                      set_info_finish,              "TRANS2_SET_FILE_INFORMATION" },
	{ 0x000D, create_smb1_directory2_request, create_smb1_directory_finish, "TRANS2_CREATE_DIRECTORY" },
};
/* clang-format on */

static const struct transaction_command transaction2 = {
	0x32, LIMIT_TRANSACTION_BYTES, assembly_ignore_cut, sizeof(functions) / sizeof(*functions), functions,
};

bool transaction2_request(struct conn *c, const struct smb1_block *b)
{
	struct transaction_part part;

	return transaction_request_parse(b, &part) && part.n_setup >= 1 && assembly_first(c, b, &transaction2, part.setup[0], &part);
}

bool transaction2_secondary(struct conn *c, const struct smb1_block *b)
{
	struct transaction_part part;

	return transaction_secondary_parse(b, &part) && assembly_next(c, b, &transaction2, &part);
}

const char *transaction2_name(size_t i)
{
	return i < transaction2.n ? functions[i].name : NULL;
}
