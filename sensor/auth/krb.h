/*
 * Kerberos messages: RFC 4120 chapter 5, the parts that are not sealed.
 *
 * Reads one whole message of the exchanges with a key distribution centre, or
 * an AP-REQ, into plain fields whose views lie in it. Nothing is decrypted and
 * nothing judged; who asked and who answered is the carrier's to know.
 */
#ifndef ASHIATO_SENSOR_AUTH_KRB_H
#define ASHIATO_SENSOR_AUTH_KRB_H

#include "sensor/core/arena.h"
#include "sensor/core/view.h"

#include <stdbool.h>

enum {
	KRB_NAME_PARTS_MAX = 4,	/* "cifs/host" has two, "ldap/host/domain" three; what is behind them is left out */
	KRB_ETYPES_MAX = 16,	/* listed; Windows offers six, MIT Kerberos eight; which one was chosen the ticket says */
	KRB_PADATA_MAX = 16,	/* listed; clients send at most seven; those behind decoys are read all the same */
};

/* RFC 4120 5.10: application tag and msg-type at once */
enum krb_type {
	KRB_AS_REQ = 10,
	KRB_AS_REP = 11,
	KRB_TGS_REQ = 12,
	KRB_TGS_REP = 13,
	KRB_AP_REQ = 14,
	KRB_AP_REP = 15,
	KRB_ERROR = 30,
};

/* 5.2.2 PrincipalName; n is 0 when it is not there. */
struct krb_name {
	struct view part[KRB_NAME_PARTS_MAX];
	size_t n;
};

/* 5.3 Ticket */
struct krb_ticket {
	struct view realm;
	struct krb_name service;
	int32_t etype;
	struct view cipher;	/* sealed part: the same bytes wherever the ticket travels; empty when there is no ticket */
};

/* 5.5.1 AP-REQ */
struct krb_ap_req {
	uint32_t options;
	struct krb_ticket ticket;
	int32_t authenticator_etype;
};

/* A list of encryption or pre-authentication types, in order. */
struct krb_list {
	int32_t of[KRB_PADATA_MAX];
	size_t n;
};

struct krb_message {
	enum krb_type type;
	struct krb_name client;		/* cname */
	struct view client_realm;	/* crealm of an answer */
	struct krb_name service;	/* sname of a request or error */
	struct view realm;		/* of a request or error */
	uint32_t options;		/* kdc-options */
	int64_t from_ns;		/* 0: none */
	int64_t till_ns;
	struct krb_list etypes;		/* offered; of an error: ETYPE-INFO2 */
	struct krb_list padata;		/* types */
	bool has_preauth_etype;
	int32_t preauth_etype;		/* of PA-ENC-TIMESTAMP */
	struct krb_name for_user;	/* PA-FOR-USER, PA-S4U-X509-USER */
	struct view for_user_realm;
	struct view workstation;	/* NetBIOS address, padded with blanks */
	struct krb_ticket shown;	/* in the PA-TGS-REQ of a TGS-REQ */
	struct krb_ticket ticket;	/* issued by a reply */
	int32_t reply_etype;		/* of the reply's sealed part */
	int32_t error;
};

/* Read one message of a KDC exchange (AS, TGS, KRB-ERROR). False: malformed or another; ${out} is as it was. */
bool krb_parse(struct view message, struct krb_message *out);

/* Read an AP-REQ from its first byte on. False: malformed; ${out} is as it was. */
bool krb_ap_req_parse(struct view message, struct krb_ap_req *out);

/* Read a KRB-ERROR's code. False: it is none; ${out} is as it was. */
bool krb_error_parse(struct view message, int32_t *out);

/* True if ${first}, the beginning of ${n} bytes of the wire, opens one message of a KDC exchange that takes up all of
 * them: tags, lengths and the protocol's version agree. Needs at most KRB_HEAD_BYTES of it. */
enum { KRB_HEAD_BYTES = 20 };
bool krb_opens(struct view first, size_t n);

/* True if that message is sent by a client (AS-REQ, TGS-REQ). */
bool krb_is_request(struct view first);

/* Parts joined by slashes; NULL when there is no name or the arena is full. */
char *krb_name_text(struct arena *arena, const struct krb_name *name);

/* Which ticket it is: 64 bits of SHA-256 of its sealed part. */
uint64_t krb_ticket_id(const struct krb_ticket *ticket);

/* "KDC_ERR_PREAUTH_REQUIRED"; NULL for a code without a name. */
const char *krb_error_name(int32_t code);

/* "enc-timestamp" for a type of pre-authentication data, its number where it has no name; NULL when the arena is full. */
char *krb_padata_name(struct arena *arena, int32_t type);

#endif
