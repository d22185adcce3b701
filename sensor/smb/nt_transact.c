#include "sensor/smb/nt_transact.h"

#include "sensor/smb/create_smb1.h"
#include "sensor/smb/ioctl.h"
#include "sensor/smb/security.h"

/* Fill in what ${out} has of the message: a count and an offset for each side, displacements already read. */
static bool take_sides(const struct smb1_block *b, const uint32_t n[N_SIDES], const uint32_t offset[N_SIDES],
		       struct transaction_part *out)
{
	struct cursor message = smb1_bytes(b);

	for (int side = 0; side < N_SIDES; side++)
		out->bytes[side] = cur_at(&message, n[side] > 0 ? offset[side] : 0, n[side]);
	return cur_ok(&message);
}

/* [MS-CIFS] 2.2.4.62.1 */
static bool request_parse(const struct smb1_block *b, struct transaction_part *out, uint16_t *function)
{
	struct cursor words = smb1_words(b);
	struct transaction_part s = { 0 };
	uint32_t n[N_SIDES], offset[N_SIDES];

	cur_skip(&words, 3);	/* MaxSetupCount, Reserved1 */
	s.total[PARAMETERS] = cur_u32le(&words);
	s.total[DATA] = cur_u32le(&words);
	cur_skip(&words, 8);	/* MaxParameterCount, MaxDataCount */
	for (int side = 0; side < N_SIDES; side++) {
		n[side] = cur_u32le(&words);
		offset[side] = cur_u32le(&words);
	}
	s.n_setup = cur_u8(&words);
	*function = cur_u16le(&words);
	for (size_t i = 0; i < sizeof(s.setup) / sizeof(*s.setup) && i < s.n_setup; i++)
		s.setup[i] = cur_u16le(&words);
	if (!cur_ok(&words) || !take_sides(b, n, offset, &s))
		return false;
	*out = s;
	return true;
}

/* [MS-CIFS] 2.2.4.63.1 */
static bool secondary_parse(const struct smb1_block *b, struct transaction_part *out)
{
	struct cursor words = smb1_words(b);
	struct transaction_part s = { 0 };
	uint32_t n[N_SIDES], offset[N_SIDES];

	cur_skip(&words, 3);	/* Reserved1 */
	s.total[PARAMETERS] = cur_u32le(&words);
	s.total[DATA] = cur_u32le(&words);
	for (int side = 0; side < N_SIDES; side++) {
		n[side] = cur_u32le(&words);
		offset[side] = cur_u32le(&words);
		s.at[side] = cur_u32le(&words);
	}
	if (!cur_ok(&words) || !take_sides(b, n, offset, &s))
		return false;
	*out = s;
	return true;
}

/* [MS-CIFS] 2.2.7, NT Transact subcommands. Those that are not here ask or watch; NT_TRANSACT_RENAME servers
 * ignore (2.2.7.5). */
/* clang-format off */
static const struct transaction_function functions[] = {
	{ 0x0001, create_smb1_transact_request, create_smb1_transact_finish, "NT_TRANSACT_CREATE" },
	{ 0x0002, ioctl_smb1_request,           ioctl_smb1_finish,           "NT_TRANSACT_IOCTL" },
	{ 0x0003, security_smb1_request,        security_smb1_finish,        "NT_TRANSACT_SET_SECURITY_DESC" },
};
/* clang-format on */

static const struct transaction_command nt_transact = {
	0xA0, LIMIT_TRANSACTION_BYTES, assembly_ignore_cut, sizeof(functions) / sizeof(*functions), functions,
};

bool nt_transact_request(struct conn *c, const struct smb1_block *b)
{
	struct transaction_part part;
	uint16_t function;

	return request_parse(b, &part, &function) && assembly_first(c, b, &nt_transact, function, &part);
}

bool nt_transact_secondary(struct conn *c, const struct smb1_block *b)
{
	struct transaction_part part;

	return secondary_parse(b, &part) && assembly_next(c, b, &nt_transact, &part);
}

const char *nt_transact_name(size_t i)
{
	return i < nt_transact.n ? functions[i].name : NULL;
}
