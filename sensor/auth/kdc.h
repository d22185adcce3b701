/*
 * One exchange with a key distribution centre becomes one event (RFC 4120 3.1,
 * 3.3): krb.as or krb.tgs. What was issued to whom is remembered in tickets.h.
 *
 * kdc_tcp.c and kdc_udp.c find out which answer belongs to which request; here
 * both are whole messages.
 */
#ifndef ASHIATO_SENSOR_AUTH_KDC_H
#define ASHIATO_SENSOR_AUTH_KDC_H

#include "sensor/auth/krb.h"
#include "sensor/core/handoff.h"

enum {
	KDC_PORT = 88,
	/* A TGS request with a large PAC stays below 12,000 (MaxTokenSize). What says it is longer is taken for no message. */
	KDC_MESSAGE_BYTES = 65536,
};

struct kdc_exchange {
	struct view request;	/* empty: not seen */
	int64_t time_ns;
	struct view answer;	/* empty: none */
	int64_t answer_ns;
};

/* Report ${x}, of which one part at least is there, both of them messages that krb_parse reads. The arena's room for one
 * event is needed. An error whose request was not seen says nothing and is only counted. */
void kdc_report(struct env *env, const struct parties *parties, const struct kdc_exchange *x);

/* True if the answer of type ${answer} may belong to the request of type ${request}. */
bool kdc_answers(enum krb_type request, enum krb_type answer);

/* ---- over TCP (RFC 4120 7.2.2) ---- */

extern const struct conn_ops kdc_conn_ops;	/* name: "kerberos" */

/* ---- over UDP (7.2.1) ---- */

struct kdc_udp;	/* requests under way, at most KDC_UDP_MAX */

enum { KDC_UDP_MAX = 256 };	/* an answer takes milliseconds; in a flood the oldest is reported unanswered and counted */

/* ${env} is borrowed for as long as it lives. */
struct kdc_udp *kdc_udp_new(struct env *env);
void kdc_udp_free(struct kdc_udp *u);

/* True if ${d} is one message of a KDC exchange, by its bytes alone. */
bool kdc_udp_claims(const struct datagram *d);

void kdc_udp_feed(struct kdc_udp *u, const struct datagram *d, int64_t time_ns);

/* Report requests that have waited longer than an answer takes. */
void kdc_udp_expire(struct kdc_udp *u, int64_t now_ns);

/* Report everything that still waits. */
void kdc_udp_end(struct kdc_udp *u);

#endif
