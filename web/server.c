#include "web/server.h"

#include "web/certificate.h"
#include "web/http.h"
#include "web/router.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS = 256,		/* a browser holds up to 6 plus one stream; a team of thirty fits */
	CONNECTIONS_PER_ADDRESS = 64,	/* several people behind one address */
	IDLE_SECONDS = 60,		/* longer than the 15 s between two lines of a stream */
	CONNECTION_MEMORY = 64 * 1024,	/* request line and headers */
	THREAD_STACK = 512 * 1024,
	STREAM_COMMENT_SECONDS = 15,
	STREAM_BLOCK = 512,
	REFUSED_BODY_BYTES = 1 << 20,
	LONG_BODIES = 4,		/* of HTTP_TABLE_BYTES at once; what is made of them takes some times as much */
};

/* Nothing but the dashboard's own files, run or loaded from nowhere else. */
static const char dashboard_csp[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
				    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

static const char tls_priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-SHA1";

struct web_server {
	struct service *service;
	struct MHD_Daemon *daemon;
	struct certificate certificate;
	uint16_t port;
	pthread_mutex_t lock;		/* guards stopping */
	pthread_cond_t stopped;
	bool stopping;
	_Atomic int long_bodies;	/* under way */
};

/* What is kept of a request between libmicrohttpd's calls. */
struct exchange {
	struct admission admitted;	/* its upload takes the body as it comes; else it is kept here */
	char *body;
	size_t n_body, cap_body;
	bool is_too_long;
	bool is_long;			/* one of LONG_BODIES */
	bool is_refused;		/* its body is dropped, then this is the answer: */
	struct response refusal;
};

/* ---- the request ---- */

static enum method method_of(const char *name)
{
	static const struct { const char *name; enum method method; } methods[] = {
		{ "GET", METHOD_GET },	   { "HEAD", METHOD_GET },	{ "POST", METHOD_POST },
		{ "PATCH", METHOD_PATCH }, { "DELETE", METHOD_DELETE },
	};
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(name, methods[i].name) == 0)
			return methods[i].method;
	return METHOD_OTHER;
}

static enum MHD_Result take_param(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct request *q = ctx;
	(void)kind;
	if (q->n_params == HTTP_PARAMS) {
		q->too_many_params = true;
		return MHD_NO;
	}
	q->params[q->n_params++] = (struct param){ .name = name, .value = value ? value : "" };
	return MHD_YES;
}

static void remote_of(struct MHD_Connection *c, char *out, size_t cap)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;
	const socklen_t n = !a ? 0 : a->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	if (!a || getnameinfo(a, n, out, (socklen_t)cap, NULL, 0, NI_NUMERICHOST) != 0)
		snprintf(out, cap, "unknown");
}

static void read_request(struct web_server *w, struct MHD_Connection *c, const char *url, const char *method,
			 const struct exchange *x, struct request *q)
{
	const struct { const char **field; enum MHD_ValueKind kind; const char *name; } fields[] = {
		{ &q->token, MHD_COOKIE_KIND, "ashiato_session" },
		{ &q->csrf, MHD_HEADER_KIND, "X-CSRF-Token" },
		{ &q->authorization, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION },
		{ &q->content_type, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE },
		{ &q->fetch_site, MHD_HEADER_KIND, "Sec-Fetch-Site" },
		{ &q->if_none_match, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH },
	};
	q->service = w->service;
	q->method = method_of(method);
	q->path = url;
	q->body = x->body;
	q->body_bytes = x->n_body;
	q->upload = x->admitted.upload;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		*fields[i].field = MHD_lookup_connection_value(c, fields[i].kind, fields[i].name);
	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, take_param, q);
}

/* ---- server-sent events ---- */

struct stream {
	struct web_server *server;
	int fd;			/* the connection's */
	uint64_t told;		/* version last told; 0: none yet */
	unsigned silent_seconds;
};

/* Wait a second or until the server stops; true when it does. */
static bool second_passes(struct web_server *w)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_mutex_lock(&w->lock);
	while (!w->stopping && pthread_cond_timedwait(&w->stopped, &w->lock, &until) == 0)
		;
	const bool stopping = w->stopping;
	pthread_mutex_unlock(&w->lock);
	return stopping;
}

/* A browser that leaves says so only to who asks; until then its place among the connections is taken. */
static bool peer_left(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };
	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* Blocks the connection's own thread until there is something to say. */
static ssize_t stream_read(void *ctx, uint64_t pos, char *out, size_t cap)
{
	struct stream *s = ctx;
	(void)pos;
	for (;;) {
		const uint64_t version = service_version(s->server->service) + 1;	/* 0 stands for "none told" */
		int n = 0;
		if (version != s->told)
			n = snprintf(out, cap, "event: change\ndata: {\"version\":%llu}\n\n", (unsigned long long)(version - 1));
		else if (s->silent_seconds >= STREAM_COMMENT_SECONDS)
			n = snprintf(out, cap, ": still here\n\n");
		if (n > 0 && (size_t)n < cap) {
			s->told = version;
			s->silent_seconds = 0;
			return n;
		}
		if (second_passes(s->server))
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (peer_left(s->fd))
			return MHD_CONTENT_READER_END_WITH_ERROR;
		s->silent_seconds++;
	}
}

/* ---- the answer ---- */

static struct MHD_Response *response_of_json(const struct response *r)
{
	char *text = json_dumps(r->json, JSON_COMPACT);
	return text ? MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE) : NULL;
}

/* Takes the file over: libmicrohttpd closes its own duplicate of the descriptor. */
static struct MHD_Response *response_of_file(const struct response *r)
{
	struct stat st;
	const int fd = dup(fileno(r->file));
	if (fd >= 0 && fstat(fd, &st) == 0) {
		struct MHD_Response *m = MHD_create_response_from_fd((uint64_t)st.st_size, fd);
		if (m)
			return m;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static struct MHD_Response *response_of_stream(struct web_server *w, struct MHD_Connection *c)
{
	struct stream *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	s->server = w;
	s->fd = info ? info->connect_fd : -1;	/* poll leaves a negative one alone */
	struct MHD_Response *m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read, s, free);
	if (!m)
		free(s);
	return m;
}

static struct MHD_Response *body_of(struct web_server *w, struct MHD_Connection *c, const struct response *r)
{
	switch (r->body) {
	case BODY_JSON:
		return response_of_json(r);
	case BODY_STATIC:
		return MHD_create_response_from_buffer(r->n_bytes, (void *)(uintptr_t)r->bytes, MHD_RESPMEM_PERSISTENT);
	case BODY_FILE:
		return response_of_file(r);
	case BODY_STREAM:
		return response_of_stream(w, c);
	case BODY_NONE:
		break;
	}
	return MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
}

static void add_headers(struct MHD_Response *m, const struct response *r)
{
	const struct { const char *name; const char *value; } headers[] = {
		{ "Content-Security-Policy", r->csp ? r->csp : dashboard_csp },
		{ "X-Content-Type-Options", "nosniff" },
		{ "X-Frame-Options", "DENY" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Permissions-Policy", "camera=(), microphone=(), geolocation=()" },
		{ MHD_HTTP_HEADER_CACHE_CONTROL, r->cache ? r->cache : "no-store" },
		{ MHD_HTTP_HEADER_CONTENT_TYPE, r->content_type },
		{ MHD_HTTP_HEADER_ETAG, *r->etag ? r->etag : NULL },
		{ MHD_HTTP_HEADER_SET_COOKIE, *r->cookie ? r->cookie : NULL },
		{ MHD_HTTP_HEADER_CONTENT_DISPOSITION, *r->disposition ? r->disposition : NULL },
	};
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
		if (headers[i].value)
			MHD_add_response_header(m, headers[i].name, headers[i].value);
}

static enum MHD_Result send_response(struct web_server *w, struct MHD_Connection *c, struct response *r)
{
	struct MHD_Response *m = body_of(w, c, r);
	enum MHD_Result queued = MHD_NO;
	if (m) {
		add_headers(m, r);
		queued = MHD_queue_response(c, r->status, m);
		MHD_destroy_response(m);
	}
	response_fini(r);
	return queued;
}

static enum MHD_Result send_too_long(struct web_server *w, struct MHD_Connection *c, size_t most)
{
	char sentence[80];
	struct response r = { 0 };
	snprintf(sentence, sizeof sentence, "the body is longer than %zu KiB", most / 1024);
	respond_error(&r, 413, sentence);
	return send_response(w, c, &r);
}

/* ---- the body --------------------------------------------------------------------------------------------------------- */

/* Long bodies are few at once: whoever comes when there are as many as may be comes again. */
static bool count_long_body(struct web_server *w, struct exchange *x)
{
	if (x->admitted.upload || x->admitted.body_max <= HTTP_BODY_BYTES)
		return true;
	x->is_long = atomic_fetch_add(&w->long_bodies, 1) < LONG_BODIES;
	if (x->is_long)
		return true;
	atomic_fetch_sub(&w->long_bodies, 1);
	respond_error(&x->refusal, 429, "other tables are being read; try again in a minute");
	return false;
}

static void admit(struct web_server *w, struct MHD_Connection *c, const char *url, const char *method, struct exchange *x)
{
	char remote[INET6_ADDRSTRLEN + 16];
	struct request q = { .remote = remote };
	remote_of(c, remote, sizeof remote);
	read_request(w, c, url, method, x, &q);
	x->is_refused = !router_admit(&q, &x->admitted, &x->refusal) || !count_long_body(w, x);
}

/* Many senders look for the answer only after the body, so a short one is taken; behind more the connection is closed. */
static enum MHD_Result drop_body(struct exchange *x, size_t *n)
{
	x->n_body += *n;
	*n = 0;
	return x->n_body <= REFUSED_BODY_BYTES ? MHD_YES : MHD_NO;
}

/* ---- libmicrohttpd's side ---- */

static enum MHD_Result begin(struct web_server *w, struct MHD_Connection *c, const char *url, const char *method, void **con_cls)
{
	struct exchange *x = calloc(1, sizeof *x);
	if (!x)
		return MHD_NO;
	*con_cls = x;
	admit(w, c, url, method, x);
	const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	if (!x->is_refused && !x->admitted.upload && length && strtoull(length, NULL, 10) > x->admitted.body_max)
		return send_too_long(w, c, x->admitted.body_max);
	return MHD_YES;
}

/* Room for ${n} more bytes. What may hold a password never grows, so that no copy of it is left behind. */
static bool has_room(struct exchange *x, size_t n)
{
	size_t cap = x->cap_body ? x->cap_body : HTTP_BODY_BYTES;
	while (cap < x->n_body + n)
		cap *= 2;
	cap = cap < x->admitted.body_max ? cap : x->admitted.body_max;
	if (cap > x->cap_body) {
		char *body = realloc(x->body, cap);
		if (!body)
			return false;
		x->body = body;
		x->cap_body = cap;
	}
	return true;
}

static enum MHD_Result take_body(struct exchange *x, const char *bytes, size_t *n)
{
	if (x->is_refused)
		return drop_body(x, n);
	if (x->admitted.upload) {
		service_upload_feed(x->admitted.upload, bytes, *n);
		*n = 0;
		return MHD_YES;
	}
	x->is_too_long |= *n > x->admitted.body_max - x->n_body;
	if (!x->is_too_long) {
		if (!has_room(x, *n))
			return MHD_NO;
		memcpy(x->body + x->n_body, bytes, *n);
		x->n_body += *n;
	}
	*n = 0;
	return MHD_YES;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method, const char *version,
				  const char *upload, size_t *n_upload, void **con_cls)
{
	struct web_server *w = ctx;
	struct exchange *x = *con_cls;
	(void)version;
	if (!x)
		return begin(w, c, url, method, con_cls);
	if (*n_upload)
		return take_body(x, upload, n_upload);
	if (x->is_too_long)
		return send_too_long(w, c, x->admitted.body_max);
	if (x->is_refused)
		return send_response(w, c, &x->refusal);

	char remote[INET6_ADDRSTRLEN + 16];
	struct request q = { .remote = remote };
	struct response r = { 0 };
	remote_of(c, remote, sizeof remote);
	read_request(w, c, url, method, x, &q);
	router_answer(&q, &r);
	x->admitted.upload = q.upload;
	return send_response(w, c, &r);
}

/* A login's body held a password. */
static void on_completed(void *ctx, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode why)
{
	struct web_server *w = ctx;
	struct exchange *x = *con_cls;
	(void)c, (void)why;
	if (!x)
		return;
	if (x->body)
		explicit_bzero(x->body, x->cap_body);
	free(x->body);
	if (x->is_long)
		atomic_fetch_sub(&w->long_bodies, 1);
	response_fini(&x->refusal);
	service_upload_drop(x->admitted.upload);
	free(x);
	*con_cls = NULL;
}

/* ---- start and stop ---- */

static int listen_on(const char *address, uint16_t port, char *error, size_t cap)
{
	char service[8];
	struct addrinfo *list = NULL;
	const struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
	snprintf(service, sizeof service, "%u", port);
	const int rc = getaddrinfo(address, service, &hints, &list);
	if (rc != 0) {
		snprintf(error, cap, "listen on %s: %s; give an address of this machine as 127.0.0.1 or ::1", address, gai_strerror(rc));
		return -1;
	}
	const int one = 1;
	const int fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
	    bind(fd, list->ai_addr, list->ai_addrlen) < 0 || listen(fd, SOMAXCONN) < 0) {
		snprintf(error, cap, "listen on %s port %u: %s%s", address, port, strerror(errno),
			 errno == EADDRINUSE ? "; stop the program that has it or choose another with --listen ADDRESS:PORT" : "");
		if (fd >= 0)
			close(fd);
		freeaddrinfo(list);
		return -1;
	}
	freeaddrinfo(list);
	return fd;
}

static uint16_t port_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} a = { .v6 = { 0 } };
	socklen_t n = sizeof a;
	if (getsockname(fd, &a.any, &n) < 0)
		return 0;
	return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

/* libmicrohttpd's own words are about single peers (handshakes cut short); a collector's log is not for them. */
static void ignore_log(void *ctx, const char *format, va_list args)
{
	(void)ctx, (void)format, (void)args;
}

static struct MHD_Daemon *daemon_on(struct web_server *w, int fd)
{
	return MHD_start_daemon(MHD_USE_TLS | MHD_USE_POLL_INTERNALLY | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ITC |
					MHD_USE_ERROR_LOG,
				0, NULL, NULL, on_request, w,
				MHD_OPTION_EXTERNAL_LOGGER, ignore_log, NULL,
				MHD_OPTION_LISTEN_SOCKET, fd,
				MHD_OPTION_HTTPS_MEM_CERT, w->certificate.chain,
				MHD_OPTION_HTTPS_MEM_KEY, w->certificate.key,
				MHD_OPTION_HTTPS_PRIORITIES, tls_priorities,
				MHD_OPTION_NOTIFY_COMPLETED, on_completed, w,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
				MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)CONNECTIONS_PER_ADDRESS,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
				MHD_OPTION_THREAD_STACK_SIZE, (size_t)THREAD_STACK,
				MHD_OPTION_STRICT_FOR_CLIENT, 1,
				MHD_OPTION_END);
}

struct web_server *web_start(struct service *service, const struct web_options *o, char *error, size_t cap)
{
	struct web_server *w = calloc(1, sizeof *w);
	if (!w) {
		snprintf(error, cap, "out of memory");
		return NULL;
	}
	bool is_new;
	w->service = service;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->stopped, NULL);
	if (certificate_make(o->certificate_path, o->key_path, o->address, &is_new, error, cap) < 0 ||
	    certificate_load(o->certificate_path, o->key_path, &w->certificate, error, cap) < 0)
		goto stop;
	const int fd = listen_on(o->address, o->port, error, cap);
	if (fd < 0)
		goto stop;
	w->port = port_of(fd);
	w->daemon = daemon_on(w, fd);
	if (w->daemon)
		return w;
	snprintf(error, cap, "start HTTPS with %s and %s: the key does not belong to the certificate, or memory is short",
		 o->certificate_path, o->key_path);
	close(fd);
stop:
	web_stop(w);
	return NULL;
}

void web_stop(struct web_server *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stopping = true;
	pthread_cond_broadcast(&w->stopped);
	pthread_mutex_unlock(&w->lock);
	if (w->daemon)
		MHD_stop_daemon(w->daemon);
	certificate_fini(&w->certificate);
	pthread_cond_destroy(&w->stopped);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

uint16_t web_port(const struct web_server *w) { return w->port; }

const char *web_fingerprint(const struct web_server *w) { return w->certificate.fingerprint; }

