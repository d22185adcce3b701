/* The server as a client sees it: TLS on loopback, through GnuTLS. */
#include "tests/unit/web/fake_service.h"
#include "web/server.h"
#include "tests/lib/scratch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char chain[64], key[64], error[256];
static struct service service;
static struct web_server *server;

static struct web_options options_for(uint16_t port)
{
	return (struct web_options){ .address = "127.0.0.1", .port = port, .certificate_path = chain, .key_path = key };
}

static void setup(void)
{
	snprintf(chain, sizeof chain, "%s", scratch_path("cert.pem"));
	snprintf(key, sizeof key, "%s", scratch_path("key.pem"));
	const struct web_options o = options_for(0);
	server = web_start(&service, &o, error, sizeof error);
	cr_assert_not_null(server, "%s", error);
}

static void teardown(void)
{
	web_stop(server);
}

TestSuite(server, .init = setup, .fini = teardown, .timeout = 120);

struct client {
	int fd;
	gnutls_session_t tls;
	gnutls_certificate_credentials_t credentials;
};

static void client_open(struct client *c)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(web_port(server)) };
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(connect(c->fd, (struct sockaddr *)&to, sizeof to), 0);
	gnutls_certificate_allocate_credentials(&c->credentials);
	gnutls_init(&c->tls, GNUTLS_CLIENT);
	gnutls_set_default_priority(c->tls);
	gnutls_credentials_set(c->tls, GNUTLS_CRD_CERTIFICATE, c->credentials);
	gnutls_transport_set_int(c->tls, c->fd);
	gnutls_handshake_set_timeout(c->tls, 5000);
	cr_assert_eq(gnutls_handshake(c->tls), 0);
}

static void client_close(struct client *c)
{
	gnutls_deinit(c->tls);
	gnutls_certificate_free_credentials(c->credentials);
	close(c->fd);
}

static void client_send(struct client *c, const char *text)
{
	cr_assert_eq(gnutls_record_send(c->tls, text, strlen(text)), (ssize_t)strlen(text));
}

/* Read until ${wanted} has come, the peer closes or ${out} is full. */
static void client_read_until(struct client *c, const char *wanted, char *out, size_t cap)
{
	size_t n = 0;
	out[0] = '\0';
	while (n + 1 < cap && !strstr(out, wanted)) {
		const ssize_t got = gnutls_record_recv(c->tls, out + n, cap - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
		out[n] = '\0';
	}
}

Test(server, answers_over_tls_with_every_security_header)
{
	struct client c;
	char said[8192];
	client_open(&c);
	client_send(&c, "GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	client_read_until(&c, "\"version\"", said, sizeof said);
	client_close(&c);
	cr_assert_eq(strncmp(said, "HTTP/1.1 200", 12), 0, "%s", said);
	const char *const headers[] = { "Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff",
					"X-Frame-Options: DENY", "Referrer-Policy: no-referrer", "Cache-Control: no-store" };
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		cr_assert_not_null(strstr(said, headers[i]), "%s is missing in %s", headers[i], said);
}

Test(server, a_body_over_the_limit_is_413)
{
	struct client c;
	char said[4096];
	client_open(&c);
	client_send(&c, "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 65537\r\n\r\n");
	client_read_until(&c, "\r\n\r\n", said, sizeof said);
	client_close(&c);
	cr_assert_eq(strncmp(said, "HTTP/1.1 413", 12), 0, "%s", said);
}

/* The answer to a body of ${n} bytes that is sent as long as the server takes it. */
static void send_long(const char *headers, size_t n, char *said, size_t cap)
{
	static char piece[16384];
	char head[512];
	struct client c;
	memset(piece, ' ', sizeof piece);
	snprintf(head, sizeof head, "POST /api/v1/baseline/import HTTP/1.1\r\nHost: x\r\n%sContent-Length: %zu\r\n\r\n", headers, n);
	client_open(&c);
	client_send(&c, head);
	while (n > 0) {
		const ssize_t sent = gnutls_record_send(c.tls, piece, n < sizeof piece ? n : sizeof piece);
		if (sent <= 0)
			break;
		n -= (size_t)sent;
	}
	client_read_until(&c, "\r\n\r\n", said, cap);
	client_close(&c);
}

#define LOGGED_IN "Content-Type: application/json\r\nCookie: ashiato_session=" FAKE_TOKEN "\r\nX-CSRF-Token: " FAKE_CSRF "\r\n"

Test(server, a_table_of_some_megabytes_is_taken_of_somebody_who_is_logged_in)
{
	char said[4096];
	send_long(LOGGED_IN, 5 << 20, said, sizeof said);
	cr_assert_eq(strncmp(said, "HTTP/1.1 400", 12), 0, "blanks are no JSON: %s", said);
	send_long("", 512 << 10, said, sizeof said);
	cr_assert_eq(strncmp(said, "HTTP/1.1 401", 12), 0, "%s", said);
}

Test(server, a_table_that_is_too_long_is_413_before_it_is_sent)
{
	struct client c;
	char said[4096];
	client_open(&c);
	client_send(&c, "POST /api/v1/baseline/import HTTP/1.1\r\nHost: x\r\n" LOGGED_IN "Content-Length: 16777217\r\n\r\n");
	client_read_until(&c, "KiB", said, sizeof said);
	client_close(&c);
	cr_assert_eq(strncmp(said, "HTTP/1.1 413", 12), 0, "%s", said);
	cr_assert_not_null(strstr(said, "16384 KiB"), "%s", said);
}

Test(server, a_stream_tells_changes_and_ends_when_the_server_stops)
{
	struct client c;
	char said[4096];
	service.version = 41;
	client_open(&c);
	client_send(&c, "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nCookie: ashiato_session=" FAKE_TOKEN "\r\n\r\n");
	client_read_until(&c, "data: {\"version\":41}", said, sizeof said);
	cr_assert_not_null(strstr(said, "data: {\"version\":41}"), "%s", said);
	service.version = 42;
	client_read_until(&c, "data: {\"version\":42}", said, sizeof said);
	cr_assert_not_null(strstr(said, "data: {\"version\":42}"), "%s", said);
	web_stop(server);
	server = NULL;
	client_read_until(&c, "never said", said, sizeof said);
	cr_assert_null(strstr(said, "data:"), "%s", said);
	client_close(&c);
}

Test(server, a_browser_that_leaves_its_stream_frees_its_place_before_the_next_comment)
{
	struct client c;
	char said[4096];
	client_open(&c);
	client_send(&c, "GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nCookie: ashiato_session=" FAKE_TOKEN "\r\n\r\n");
	client_read_until(&c, "data:", said, sizeof said);
	cr_assert_eq(shutdown(c.fd, SHUT_WR), 0);
	client_read_until(&c, ": still here", said, sizeof said);
	cr_assert_null(strstr(said, ": still here"), "%s", said);
	client_close(&c);
}

Test(server, a_busy_port_is_named_with_the_cure)
{
	const struct web_options o = options_for(web_port(server));
	cr_assert_null(web_start(&service, &o, error, sizeof error));
	cr_assert_not_null(strstr(error, "Address already in use"), "%s", error);
	cr_assert_not_null(strstr(error, "--listen"), "%s", error);
}

Test(server, an_address_that_is_none_is_named)
{
	struct web_options o = options_for(0);
	o.address = "example.invalid";
	cr_assert_null(web_start(&service, &o, error, sizeof error));
	cr_assert_not_null(strstr(error, "example.invalid"), "%s", error);
}
