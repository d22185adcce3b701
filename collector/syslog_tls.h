/*
 * The TLS side of the syslog server: who connects, and the bytes they send.
 * Nothing here blocks; the only place but web/ that knows GnuTLS.
 */
#ifndef ASHIATO_COLLECTOR_SYSLOG_TLS_H
#define ASHIATO_COLLECTOR_SYSLOG_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct syslog_tls;		/* certificate and key */
struct syslog_peer;		/* one connection */

/* NULL and a sentence when certificate or key cannot be read. */
struct syslog_tls *syslog_tls_new(const char *certificate_path, const char *key_path, char *error, size_t error_cap);
void syslog_tls_free(struct syslog_tls *t);

/* Take over ${fd}, a connection just accepted and non-blocking. NULL, and ${fd} closed, when memory is short. */
struct syslog_peer *syslog_peer_new(struct syslog_tls *t, int fd);
void syslog_peer_free(struct syslog_peer *p);

/* Its descriptor, and the poll events it waits for. */
int syslog_peer_fd(const struct syslog_peer *p);
short syslog_peer_wants(const struct syslog_peer *p);

/* Read what is there: how many bytes, 0 for none yet, -1 at the connection's end, however it came. */
long syslog_peer_read(struct syslog_peer *p, void *bytes, size_t cap);

/* The handshake is done. */
bool syslog_peer_is_ready(const struct syslog_peer *p);

#endif
