#include "sensor/smb/transaction2.h"

#include "sensor/smb/create_smb1.h"
#include "sensor/smb/name.h"
#include "sensor/smb/open.h"
#include "sensor/smb/set_info.h"
#include "sensor/smb/transaction.h"
#include "sensor/smb/tree.h"

enum { PASS_THROUGH = 1000 /* [MS-SMB] 2.2.2.3.5: levels above are information classes of [MS-FSCC] */ };

/* An information level of TRANSACTION2 as the class that means the same. */
static uint8_t class_of_level(uint16_t level)
{
	if (level == 0x0102)	/* SMB_SET_FILE_DISPOSITION_INFO, [MS-CIFS] 2.2.8.4.4 */
		return FILE_DISPOSITION;
	if (level == 0x0104)	/* SMB_SET_FILE_END_OF_FILE_INFO, 2.2.8.4.6 */
		return FILE_END_OF_FILE;
	return level > PASS_THROUGH && level <= PASS_THROUGH + UINT8_MAX ? (uint8_t)(level - PASS_THROUGH) : FILE_CLASS_NONE;
}

/* [MS-CIFS] 2.2.6.9.1 */
static bool set_file(struct conn *c, const struct smb1_block *b, struct pending *p, const struct view whole[N_SIDES])
{
	struct cursor parameters = cur_of(whole[PARAMETERS]);
	uint16_t fid = cur_u16le(&parameters);
	uint16_t level = cur_u16le(&parameters);

	if (!cur_ok(&parameters))
		return false;
	p->open = smb1_open_of(c, b, fid);
	return set_info_request(c, p, class_of_level(level), whole[DATA], 4);
}

/* [MS-CIFS] 2.2.6.7.1: what is set is a file that is not open; an open stands in for it until the answer. */
static bool set_path(struct conn *c, const struct smb1_block *b, struct pending *p, const struct view whole[N_SIDES])
{
	const struct tree *t = tree_find(c, p->session_id, p->tree_id);
	struct cursor parameters = cur_of(whole[PARAMETERS]);
	uint16_t level = cur_u16le(&parameters);
	const char *path;

	cur_skip(&parameters, 4);	/* Reserved */
	path = smb1_text(c, b, cur_rest(&parameters));
	if (!cur_ok(&parameters))
		return false;
	if (path != NULL)
		path = name_below_share(path, t != NULL ? t->path : NULL, (b->h.flags2 & SMB_FLAGS2_DFS) != 0);
	p->open = open_new(c, p->session_id, p->tree_id, path, b->message->time_ns);
	return set_info_request(c, p, class_of_level(level), whole[DATA], 4);
}

/* [MS-CIFS] 2.2.6, Trans2 subcommands */
static const struct transaction_function functions[] = {
	{ 0x0000, create_smb1_open2_request, create_smb1_open2_finish },	/* TRANS2_OPEN2 */
	{ 0x0006, set_path, set_info_finish },					/* TRANS2_SET_PATH_INFORMATION */
	{ 0x0008, set_file, set_info_finish },					/* TRANS2_SET_FILE_INFORMATION */
};

static const struct transaction_command transaction2 = { 0x32, sizeof(functions) / sizeof(*functions), functions };

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
