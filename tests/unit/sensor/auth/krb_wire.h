/*
 * Kerberos messages by hand (RFC 4120), for the tests of auth/. Each is
 * appended to ${w}; names are written as events show them, "cifs/fs"; types
 * and codes in hexadecimal as their INTEGER's content.
 */
#ifndef ASHIATO_TESTS_UNIT_SENSOR_AUTH_KRB_WIRE_H
#define ASHIATO_TESTS_UNIT_SENSOR_AUTH_KRB_WIRE_H

#include "tests/lib/wire.h"

#define KRB_REALM "LAB.EXAMPLE"

/* ---- pieces ---- */

/* [${number}] INTEGER */
void krb_integer(struct wire *w, unsigned number, const char *content);

/* One PA-DATA: its type, and its value as it is. */
void krb_padata(struct wire *w, const char *type, struct view value);

/* PA-ENC-TIMESTAMP under ${etype}, as a PA-DATA. */
void krb_timestamp(struct wire *w, const char *etype);

/* PA-FOR-USER for ${user} of KRB_REALM, as a PA-DATA. */
void krb_for_user(struct wire *w, const char *user);

/* PA-S4U-X509-USER for ${user} of KRB_REALM, as a PA-DATA. */
void krb_x509_user(struct wire *w, const char *user);

/* ---- messages ---- */

/* An AP-REQ: a ticket for ${service} under AES-256 whose sealed part is ${cipher}, the authenticator under ${etype}. */
void krb_ap_req(struct wire *w, const char *service, const char *cipher, const char *etype);

/* An AS-REQ of ${client}: offers 18, 17, 23, till 2037-09-13T02:48:05Z, from the workstation KALI; ${padata} PA-DATA. */
void krb_as_req(struct wire *w, const char *client, struct view padata);

/* The same as TGS-REQ for ${service} that shows a ticket-granting ticket sealed as ${tgt}; ${padata} behind it. */
void krb_tgs_req(struct wire *w, const char *service, const char *tgt, struct view padata);

/* AS-REP (type 11, "0b") or TGS-REP ("0d"): a ticket of ${client} for ${service}, sealed as ${cipher}, under AES-256; the
 * reply itself under RC4. */
void krb_reply(struct wire *w, unsigned type, const char *client, const char *service, const char *cipher);

/* A KRB-ERROR for ${service}; with ${method_data} PA-DATA unless that is empty. */
void krb_error(struct wire *w, const char *code, const char *service, struct view method_data);

/* Append the four bytes of length that stand before ${message} on TCP, and the message. */
void krb_record(struct wire *w, struct view message);

#endif
