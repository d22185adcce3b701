#include "collector/syslog_tls.h"

#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct syslog_tls {
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
};

struct syslog_peer {
	gnutls_session_t session;
	int fd;
	bool is_ready;
};

static const char priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-SHA1";

struct syslog_tls *syslog_tls_new(const char *certificate_path, const char *key_path, char *error, size_t error_cap)
{
	struct syslog_tls *t = calloc(1, sizeof *t);
	if (t == NULL || gnutls_certificate_allocate_credentials(&t->credentials) < 0) {
		snprintf(error, error_cap, "out of memory");
		free(t);
		return NULL;
	}
	int result = gnutls_certificate_set_x509_key_file(t->credentials, certificate_path, key_path, GNUTLS_X509_FMT_PEM);
	if (result >= 0)
		result = gnutls_priority_init(&t->priority, priorities, NULL);
	if (result >= 0)
		return t;
	snprintf(error, error_cap, "syslog's certificate %s with key %s: %s", certificate_path, key_path, gnutls_strerror(result));
	syslog_tls_free(t);
	return NULL;
}

void syslog_tls_free(struct syslog_tls *t)
{
	if (t == NULL)
		return;
	gnutls_certificate_free_credentials(t->credentials);
	if (t->priority != NULL)
		gnutls_priority_deinit(t->priority);
	free(t);
}

struct syslog_peer *syslog_peer_new(struct syslog_tls *t, int fd)
{
	struct syslog_peer *p = calloc(1, sizeof *p);
	if (p == NULL || gnutls_init(&p->session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0) {
		free(p);
		close(fd);
		return NULL;
	}
	p->fd = fd;
	gnutls_priority_set(p->session, t->priority);
	gnutls_credentials_set(p->session, GNUTLS_CRD_CERTIFICATE, t->credentials);
	gnutls_transport_set_int(p->session, fd);
	return p;
}

void syslog_peer_free(struct syslog_peer *p)
{
	if (p == NULL)
		return;
	gnutls_deinit(p->session);
	close(p->fd);
	free(p);
}

int syslog_peer_fd(const struct syslog_peer *p)
{
	return p->fd;
}

short syslog_peer_wants(const struct syslog_peer *p)
{
	return !p->is_ready && gnutls_record_get_direction(p->session) == 1 ? POLLOUT : POLLIN;
}

static bool is_passing(long result)
{
	return result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED || result == GNUTLS_E_WARNING_ALERT_RECEIVED;
}

static long shake_hands(struct syslog_peer *p)
{
	int result = gnutls_handshake(p->session);
	p->is_ready = result == GNUTLS_E_SUCCESS;
	return p->is_ready || is_passing(result) ? 0 : -1;
}

long syslog_peer_read(struct syslog_peer *p, void *bytes, size_t cap)
{
	if (!p->is_ready) {
		long result = shake_hands(p);
		if (result != 0 || !p->is_ready)
			return result;
	}
	long n = gnutls_record_recv(p->session, bytes, cap);
	if (n > 0)
		return n;
	return is_passing(n) ? 0 : -1;
}

bool syslog_peer_is_ready(const struct syslog_peer *p)
{
	return p->is_ready;
}
