#include "sensor/zeek_source.h"

#include <stdio.h>

static const Ev__AuthToken *answer_of(const Ev__Event *e)
{
	if (e->body_case == EV__EVENT__BODY_SMB_SESSION_SETUP)
		return e->smb_session_setup->answer;
	return e->body_case == EV__EVENT__BODY_RPC_BIND ? e->rpc_bind->answer : NULL;
}

/* FNV-1a over ${text} and the three ids of the logon or association. */
static uint64_t key_of(const Ev__Event *e)
{
	uint64_t ids[2] = { 0, 0 }, key = UINT64_C(0xcbf29ce484222325);

	if (e->body_case == EV__EVENT__BODY_SMB_SESSION_SETUP)
		ids[0] = e->smb_session_setup->session_id;
	else if (e->body_case == EV__EVENT__BODY_RPC_BIND)
		ids[1] = ~e->rpc_bind->file_id;
	else if (e->body_case == EV__EVENT__BODY_RPC_CALL)
		ids[1] = ~e->rpc_call->file_id;
	else
		return 0;
	for (const char *at = e->community_id; *at != '\0'; at++)
		key = (key ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
	for (size_t i = 0; i < 2; i++)
		key = (key ^ ids[i] ^ ids[i] >> 32) * UINT64_C(0x100000001b3);
	return key | 1;
}

static void copy_name(char to[ZEEK_NAME_BYTES], const char *from)
{
	if (from != NULL)
		snprintf(to, ZEEK_NAME_BYTES, "%s", from);
}

/* The place of ${key}; when ${event} has something to say in it, emptied of what another said there. */
static struct zeek_names *place_of(struct zeek_memory *memory, const Ev__Event *event, uint64_t key)
{
	const Ev__AuthToken *answer = answer_of(event);
	const Ev__NtlmChallenge *challenge = answer != NULL ? answer->ntlm_challenge : NULL;
	const char *address = event->body_case == EV__EVENT__BODY_RPC_BIND ? event->rpc_bind->secondary_address : NULL;
	struct zeek_names *names = &memory->of[(key >> 1) % ZEEK_REMEMBERED];

	if (challenge == NULL && address == NULL)
		return names;
	if (names->key != key)
		*names = (struct zeek_names){ .key = key };
	copy_name(names->address, address);
	if (challenge == NULL)
		return names;
	copy_name(names->nb_computer, challenge->nb_computer_name);
	copy_name(names->dns_computer, challenge->dns_computer_name);
	copy_name(names->dns_tree, challenge->dns_tree_name);
	return names;
}

/* "C" and what letters and digits the community id has. */
static void put_uid(const char *community_id, char uid[ZEEK_UID_BYTES])
{
	enum { ZEEK_UID_CHARACTERS = 18 };
	size_t n = 0;

	uid[n++] = 'C';
	for (const char *at = community_id + 2; *at != '\0' && n < ZEEK_UID_CHARACTERS; at++)
		if ((*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z'))
			uid[n++] = *at;
	uid[n] = '\0';
}

struct zeek_source zeek_source_of(struct zeek_memory *memory, const Ev__Event *event)
{
	uint64_t key = key_of(event);
	struct zeek_names *names = key != 0 ? place_of(memory, event, key) : NULL;
	struct zeek_source source = { .event = event, .names = names != NULL && names->key == key ? names : NULL };

	put_uid(event->community_id, source.uid);
	return source;
}
