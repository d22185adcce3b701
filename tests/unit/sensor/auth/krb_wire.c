#include "tests/unit/sensor/auth/krb_wire.h"

#include "tests/unit/sensor/auth/auth.h"

#include <stdio.h>
#include <string.h>

enum { OCTET_STRING = 0x04, TIME = 0x18, STRING = 0x1b, SEQUENCE = 0x30, APPLICATION = 0x60, CONTEXT = 0xa0 };

/* Append ${content} as the content of ${tag}. */
static void element(struct wire *w, unsigned tag, struct view content)
{
	wire_u8(w, tag);
	wire_hex(w, "82");
	wire_u8(w, (unsigned)(content.n >> 8));
	wire_u8(w, (unsigned)(content.n & 0xff));
	wire_view_of(w, content);
}

/* [${number}] around one element ${tag} with ${content}. */
static void field(struct wire *w, unsigned number, unsigned tag, struct view content)
{
	struct wire inner = { .n = 0 };

	element(&inner, tag, content);
	element(w, CONTEXT + number, wire_view(&inner));
}

static struct view text(const char *t)
{
	return view_of(t, strlen(t));
}

void krb_integer(struct wire *w, unsigned number, const char *content)
{
	struct wire value = { .n = 0 };

	wire_hex(&value, content);
	field(w, number, 0x02, wire_view(&value));
}

static void name(struct wire *w, unsigned number, const char *joined)
{
	struct wire strings = { .n = 0 }, inner = { .n = 0 };
	const char *part = joined;

	for (size_t n; n = strcspn(part, "/"), *part != '\0'; part += n + (part[n] == '/'))
		element(&strings, STRING, view_of(part, n));
	krb_integer(&inner, 0, "01");
	field(&inner, 1, SEQUENCE, wire_view(&strings));
	field(w, number, SEQUENCE, wire_view(&inner));
}

/* The content of an EncryptedData. */
static void sealed(struct wire *w, const char *etype, const char *cipher)
{
	krb_integer(w, 0, etype);
	krb_integer(w, 1, "02");
	field(w, 2, OCTET_STRING, text(cipher));
}

static void encrypted(struct wire *w, unsigned number, const char *etype, const char *cipher)
{
	struct wire inner = { .n = 0 };

	sealed(&inner, etype, cipher);
	field(w, number, SEQUENCE, wire_view(&inner));
}

static void ticket(struct wire *w, unsigned number, const char *service, const char *cipher)
{
	struct wire inner = { .n = 0 }, sequence = { .n = 0 };

	krb_integer(&inner, 0, "05");
	field(&inner, 1, STRING, text(KRB_REALM));
	name(&inner, 2, service);
	encrypted(&inner, 3, "12", cipher);
	element(&sequence, SEQUENCE, wire_view(&inner));
	field(w, number, APPLICATION + 1, wire_view(&sequence));
}

static void bits(struct wire *w, unsigned number, const char *content)
{
	struct wire value = { .n = 0 };

	wire_hex(&value, content);
	field(w, number, 0x03, wire_view(&value));
}

/* The whole message of ${type} around ${fields}. */
static void message(struct wire *w, unsigned type, const struct wire *fields)
{
	struct wire sequence = { .n = 0 };

	element(&sequence, SEQUENCE, wire_view(fields));
	element(w, APPLICATION + type, wire_view(&sequence));
}

/* ---- pre-authentication ---- */

void krb_padata(struct wire *w, const char *type, struct view value)
{
	struct wire inner = { .n = 0 };

	krb_integer(&inner, 1, type);
	field(&inner, 2, OCTET_STRING, value);
	element(w, SEQUENCE, wire_view(&inner));
}

void krb_timestamp(struct wire *w, const char *etype)
{
	struct wire inner = { .n = 0 }, value = { .n = 0 };

	sealed(&inner, etype, "now");
	element(&value, SEQUENCE, wire_view(&inner));
	krb_padata(w, "02", wire_view(&value));
}

void krb_for_user(struct wire *w, const char *user)
{
	struct wire inner = { .n = 0 }, value = { .n = 0 };

	name(&inner, 0, user);
	field(&inner, 1, STRING, text(KRB_REALM));
	element(&value, SEQUENCE, wire_view(&inner));
	krb_padata(w, "0081", wire_view(&value));
}

void krb_x509_user(struct wire *w, const char *user)
{
	struct wire id = { .n = 0 }, inner = { .n = 0 }, value = { .n = 0 };

	krb_integer(&id, 0, "07");
	name(&id, 1, user);
	field(&id, 2, STRING, text(KRB_REALM));
	field(&inner, 0, SEQUENCE, wire_view(&id));
	element(&value, SEQUENCE, wire_view(&inner));
	krb_padata(w, "0082", wire_view(&value));
}

/* ---- messages ---- */

void krb_ap_req(struct wire *w, const char *service, const char *cipher, const char *etype)
{
	struct wire fields = { .n = 0 };

	krb_integer(&fields, 0, "05");
	krb_integer(&fields, 1, "0e");
	bits(&fields, 2, "0020000000");
	ticket(&fields, 3, service, cipher);
	encrypted(&fields, 4, etype, "authenticator");
	message(w, 14, &fields);
}

/* The KDC-REQ-BODY ([4]): ${client} may be NULL. */
static void request_body(struct wire *w, const char *client, const char *service)
{
	struct wire inner = { .n = 0 }, list = { .n = 0 }, address = { .n = 0 };

	bits(&inner, 0, "0040810010");
	if (client != NULL)
		name(&inner, 1, client);
	field(&inner, 2, STRING, text(KRB_REALM));
	name(&inner, 3, service);
	field(&inner, 5, TIME, text("20370913024805Z"));
	krb_integer(&inner, 7, "00ffffffff");
	wire_hex(&list, "020112 020111 020117");
	field(&inner, 8, SEQUENCE, wire_view(&list));
	krb_integer(&address, 0, "14");
	field(&address, 1, OCTET_STRING, text("KALI            "));
	list.n = 0;
	element(&list, SEQUENCE, wire_view(&address));
	field(&inner, 9, SEQUENCE, wire_view(&list));
	field(w, 4, SEQUENCE, wire_view(&inner));
}

static void request(struct wire *w, unsigned type, struct view padata, const struct wire *body)
{
	struct wire fields = { .n = 0 };

	krb_integer(&fields, 1, "05");
	krb_integer(&fields, 2, type == 10 ? "0a" : "0c");
	if (padata.n > 0)
		field(&fields, 3, SEQUENCE, padata);
	wire_view_of(&fields, wire_view(body));
	message(w, type, &fields);
}

void krb_as_req(struct wire *w, const char *client, struct view padata)
{
	struct wire body = { .n = 0 };

	request_body(&body, client, "krbtgt/" KRB_REALM);
	request(w, 10, padata, &body);
}

void krb_tgs_req(struct wire *w, const char *service, const char *tgt, struct view padata)
{
	struct wire body = { .n = 0 }, shown = { .n = 0 }, list = { .n = 0 };

	krb_ap_req(&shown, "krbtgt/" KRB_REALM, tgt, "12");
	krb_padata(&list, "01", wire_view(&shown));
	wire_view_of(&list, padata);
	request_body(&body, NULL, service);
	request(w, 12, wire_view(&list), &body);
}

void krb_reply(struct wire *w, unsigned type, const char *client, const char *service, const char *cipher)
{
	struct wire fields = { .n = 0 };
	char code[3];

	snprintf(code, sizeof(code), "%02x", type);
	krb_integer(&fields, 0, "05");
	krb_integer(&fields, 1, code);
	field(&fields, 3, STRING, text(KRB_REALM));
	name(&fields, 4, client);
	ticket(&fields, 5, service, cipher);
	encrypted(&fields, 6, "17", "reply");
	message(w, type, &fields);
}

void krb_error(struct wire *w, const char *code, const char *service, struct view method_data)
{
	struct wire fields = { .n = 0 }, data = { .n = 0 };

	krb_integer(&fields, 0, "05");
	krb_integer(&fields, 1, "1e");
	field(&fields, 4, TIME, text("20261123040000Z"));
	krb_integer(&fields, 5, "00");
	krb_integer(&fields, 6, code);
	field(&fields, 9, STRING, text(KRB_REALM));
	name(&fields, 10, service);
	if (method_data.n > 0) {
		element(&data, SEQUENCE, method_data);
		field(&fields, 12, OCTET_STRING, wire_view(&data));
	}
	message(w, 30, &fields);
}

void krb_record(struct wire *w, struct view message_bytes)
{
	wire_hex(w, "0000");
	wire_u8(w, (unsigned)(message_bytes.n >> 8));
	wire_u8(w, (unsigned)(message_bytes.n & 0xff));
	wire_view_of(w, message_bytes);
}
