#include "sensor/relevance.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* \\HOST\ADMIN$ or \\HOST\C$; unknown counts as one. */
static bool may_be_admin(const char *share)
{
	if (!share)
		return true;
	const char *last = strrchr(share, '\\');
	last = last ? last + 1 : share;
	return strcasecmp(last, "ADMIN$") == 0 || (isalpha((unsigned char)last[0]) && strcmp(last + 1, "$") == 0);
}

static bool always(const Ev__Event *event)
{
	(void)event;
	return true;
}

/* A key of RC4 is the hash that gets stolen; who a session belongs to stands in the session's own event. */
static bool if_as(const Ev__Event *event)
{
	enum { RC4 = 23 };
	return event->krb_as->preauth_etype == RC4 || event->krb_as->reply_etype == RC4;
}

static bool if_copy(const Ev__Event *event)
{
	return may_be_admin(event->smb_copy->share) || may_be_admin(event->smb_copy->source_share);
}

static bool if_create(const Ev__Event *event)
{
	return event->smb_create->is_pipe || may_be_admin(event->smb_create->share);
}

static bool if_delete(const Ev__Event *event)
{
	return may_be_admin(event->smb_delete->share);
}

static bool if_link(const Ev__Event *event)
{
	return may_be_admin(event->smb_link->share);
}

static bool if_rename(const Ev__Event *event)
{
	return may_be_admin(event->smb_rename->share);
}

static bool if_set_end(const Ev__Event *event)
{
	return may_be_admin(event->smb_set_end->share);
}

static bool if_set_security(const Ev__Event *event)
{
	return may_be_admin(event->smb_set_security->share);
}

static bool if_transfer(const Ev__Event *event)
{
	return may_be_admin(event->smb_transfer->share);
}

// clang-format off
/* A body that has no row does not matter. */
static const struct { Ev__Event__BodyCase body; bool (*matters)(const Ev__Event *event); } rows[] = {
	{ EV__EVENT__BODY_KRB_AS,            if_as },
	{ EV__EVENT__BODY_RPC_BIND,          always },
	{ EV__EVENT__BODY_RPC_CALL,          always },
	{ EV__EVENT__BODY_SMB_COPY,          if_copy },
	{ EV__EVENT__BODY_SMB_CREATE,        if_create },
	{ EV__EVENT__BODY_SMB_DELETE,        if_delete },
	{ EV__EVENT__BODY_SMB_ENCRYPTED,     always },
	{ EV__EVENT__BODY_SMB_LINK,          if_link },
	{ EV__EVENT__BODY_SMB_PIPE,          always },
	{ EV__EVENT__BODY_SMB_RAP,           always },
	{ EV__EVENT__BODY_SMB_RENAME,        if_rename },
	{ EV__EVENT__BODY_SMB_SESSION_SETUP, always },
	{ EV__EVENT__BODY_SMB_SET_END,       if_set_end },
	{ EV__EVENT__BODY_SMB_SET_SECURITY,  if_set_security },
	{ EV__EVENT__BODY_SMB_TRANSFER,      if_transfer },
	{ EV__EVENT__BODY_SMB_TREE_CONNECT,  always },
};
// clang-format on

bool relevance_of(const Ev__Event *event)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].body == event->body_case)
			return rows[i].matters(event);
	return false;
}
