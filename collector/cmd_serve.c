/*
 * serve: everything a collector is, in the order it starts; it stops in the
 * opposite order.
 */
#include "collector/cmd.h"

#include "collector/ingest.h"
#include "collector/log_folder.h"
#include "collector/service_parts.h"
#include "proto/base/log.h"
#include "collector/syslog.h"
#include "proto/curve.h"
#include "web/server.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ERROR_BYTES = 256, ADDRESS_BYTES = 64 };

struct serving {
	struct store *store;
	struct pipeline *pipeline;
	struct service *service;
	struct ingest *ingest;
	struct web_server *web;
	struct syslog_server *syslog;
	struct log_folder *folder;
};

/* What is asked for on the command line. */
struct asked {
	const char *dir, *listen, *ingest;
	const char *syslog_udp, *syslog_tls, *logs_folder;	/* NULL: not */
};

/* ---- the folder ------------------------------------------------------------------------------------------------------- */

/* Ours alone: it holds keys. */
static int make_folder(const char *dir)
{
	struct stat st;
	umask(077);
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return cmd_failed("make folder %s: %s", dir, strerror(errno));
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		return cmd_failed("%s is not a folder", dir);
	if ((st.st_mode & 077) != 0)
		return cmd_failed("%s holds keys and others may look in: chmod 700 %s", dir, dir);
	return CMD_OK;
}

/* The collector's key pair: made at the first start, read afterwards. */
static int have_key(const char *path)
{
	char error[ERROR_BYTES];
	struct curve_pair pair;
	if (access(path, F_OK) == 0)
		return CMD_OK;
	int result = curve_generate(&pair, error, sizeof error);
	if (result == 0)
		result = curve_save(path, &pair, error, sizeof error);
	curve_wipe(&pair);
	return result == 0 ? CMD_OK : cmd_failed("%s", error);
}

/* ---- people ----------------------------------------------------------------------------------------------------------- */

static int first_administrator(struct serving *s)
{
	char error[SERVICE_ERROR_BYTES];
	char password[SERVICE_RANDOM_PASSWORD_CHARS + 1];
	struct store_tx *tx = store_read(s->store);
	int64_t users = store_users(tx);
	if (store_commit(tx, error, sizeof error) != 0)
		return cmd_failed("%s", error);
	if (users > 0)
		return CMD_OK;
	service_random_password(password);
	if (service_user_add(s->service, "admin", password, error) != ANSWER_OK)
		return cmd_failed("%s", error);
	printf("first administrator: user admin, password %s (shown only now; change it after logging in)\n", password);
	return CMD_OK;
}

/* ---- starting --------------------------------------------------------------------------------------------------------- */

static int open_store(struct serving *s, const char *dir)
{
	char path[PATH_MAX], error[ERROR_BYTES];
	if (!cmd_path(path, dir, CMD_DATABASE))
		return CMD_FAILED;
	s->store = store_open(path, error, sizeof error);
	if (s->store != NULL)
		s->pipeline = pipeline_new(s->store, error, sizeof error);
	if (s->pipeline != NULL)
		s->service = service_new(s->store, s->pipeline, error, sizeof error);
	return s->service != NULL ? CMD_OK : cmd_failed("%s", error);
}

static int start_ingest(struct serving *s, const char *dir, const char *endpoint)
{
	char key[PATH_MAX], error[ERROR_BYTES];
	if (!cmd_path(key, dir, "collector.key") || have_key(key) != CMD_OK)
		return CMD_FAILED;
	struct ingest_options options = { .endpoint = endpoint, .key_file = key };
	s->ingest = ingest_start(s->pipeline, &options, error, sizeof error);
	if (s->ingest == NULL)
		return cmd_failed("%s", error);
	printf("sensors: %s, collector's public key %s\n", ingest_endpoint(s->ingest), ingest_public_key(s->ingest));
	return CMD_OK;
}

/* "127.0.0.1:8443" or "[::1]:8443" into its halves. */
static bool split_address(const char *text, char address[ADDRESS_BYTES], uint16_t *port)
{
	const char *colon = strrchr(text, ':');
	if (colon == NULL || colon == text || (size_t)(colon - text) >= ADDRESS_BYTES)
		return false;
	size_t n = (size_t)(colon - text);
	bool is_bracketed = text[0] == '[' && text[n - 1] == ']';
	snprintf(address, ADDRESS_BYTES, "%.*s", (int)(is_bracketed ? n - 2 : n), text + is_bracketed);
	char *end;
	errno = 0;
	unsigned long number = strtoul(colon + 1, &end, 10);
	*port = (uint16_t)number;
	return errno == 0 && colon[1] >= '0' && colon[1] <= '9' && *end == '\0' && number <= UINT16_MAX;
}

static int start_web(struct serving *s, const char *dir, const char *listen)
{
	char certificate[PATH_MAX], key[PATH_MAX], address[ADDRESS_BYTES], error[ERROR_BYTES];
	struct web_options options = { .address = address, .certificate_path = certificate, .key_path = key };
	if (!split_address(listen, address, &options.port))
		return cmd_misused("--listen %s: write ADDRESS:PORT, for example 127.0.0.1:8443", listen);
	if (!cmd_path(certificate, dir, "tls.crt") || !cmd_path(key, dir, "tls.key"))
		return CMD_FAILED;
	s->web = web_start(s->service, &options, error, sizeof error);
	if (s->web == NULL)
		return cmd_failed("%s", error);
	bool is_v6 = strchr(address, ':') != NULL;
	printf("dashboard: https://%s%s%s:%u/\n", is_v6 ? "[" : "", address, is_v6 ? "]" : "", web_port(s->web));
	printf("certificate SHA-256 fingerprint: %s\n", web_fingerprint(s->web));
	return CMD_OK;
}

/* The dashboard's certificate serves syslog too; it is there once the dashboard is. */
static int start_syslog(struct serving *s, const struct asked *a)
{
	char certificate[PATH_MAX], key[PATH_MAX], udp[ADDRESS_BYTES], tls[ADDRESS_BYTES], error[ERROR_BYTES];
	struct syslog_options o = { .certificate_path = certificate, .key_path = key };
	if (a->syslog_udp == NULL && a->syslog_tls == NULL)
		return CMD_OK;
	if (a->syslog_udp != NULL && !split_address(a->syslog_udp, udp, &o.udp_port))
		return cmd_misused("--syslog-udp %s: write ADDRESS:PORT, for example 192.0.2.1:514", a->syslog_udp);
	if (a->syslog_tls != NULL && !split_address(a->syslog_tls, tls, &o.tls_port))
		return cmd_misused("--syslog-tls %s: write ADDRESS:PORT, for example 192.0.2.1:6514", a->syslog_tls);
	if (!cmd_path(certificate, a->dir, "tls.crt") || !cmd_path(key, a->dir, "tls.key"))
		return CMD_FAILED;
	o.udp_address = a->syslog_udp != NULL ? udp : NULL;
	o.tls_address = a->syslog_tls != NULL ? tls : NULL;
	s->syslog = syslog_start(s->pipeline, s->store, &o, error, sizeof error);
	if (s->syslog == NULL)
		return cmd_failed("%s", error);
	if (o.udp_address != NULL)
		printf("syslog over UDP: %s port %u\n", udp, syslog_udp_port(s->syslog));
	if (o.tls_address != NULL)
		printf("syslog over TLS: %s port %u\n", tls, syslog_tls_port(s->syslog));
	return CMD_OK;
}

static int start_folder(struct serving *s, const char *folder)
{
	char error[ERROR_BYTES];
	if (folder == NULL)
		return CMD_OK;
	s->folder = log_folder_start(s->pipeline, s->store, folder, error, sizeof error);
	return s->folder != NULL ? CMD_OK : cmd_failed("%s", error);
}

static void stop(struct serving *s)
{
	log_folder_stop(s->folder);
	syslog_stop(s->syslog);
	web_stop(s->web);
	ingest_stop(s->ingest);
	service_free(s->service);
	pipeline_free(s->pipeline);
	store_close(s->store);
}

/* Blocked before any thread begins, so that only we get them. */
static void hold_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigprocmask(SIG_BLOCK, set, NULL);
}

static void wait_for_end(struct serving *s, const sigset_t *ends)
{
	static const struct timespec between = { .tv_sec = 60 };
	char error[ERROR_BYTES];
	while (sigtimedwait(ends, NULL, &between) < 0)
		if (errno == EAGAIN && pipeline_tick(s->pipeline, error, sizeof error) != 0)
			log_warning("logs could not be looked after: %s", error);
}

static int start(struct serving *s, const struct asked *a)
{
	int code = make_folder(a->dir);
	if (code == CMD_OK)
		code = open_store(s, a->dir);
	if (code == CMD_OK)
		code = start_ingest(s, a->dir, a->ingest);
	if (code == CMD_OK)
		code = start_web(s, a->dir, a->listen);
	if (code == CMD_OK)
		code = start_syslog(s, a);
	if (code == CMD_OK)
		code = start_folder(s, a->logs_folder);
	if (code == CMD_OK)	/* last: a password that is shown once must not be lost to a busy port */
		code = first_administrator(s);
	return code;
}

int cmd_serve(const struct command *self, int argc, char **argv)
{
	struct asked a = { .listen = "127.0.0.1:8443", .ingest = "tcp://0.0.0.0:4717" };
	const struct cmd_option options[] = {
		{ "--data", &a.dir, NULL, true },
		{ "--ingest", &a.ingest, NULL, false },
		{ "--listen", &a.listen, NULL, false },
		{ "--logs-folder", &a.logs_folder, NULL, false },
		{ "--syslog-tls", &a.syslog_tls, NULL, false },
		{ "--syslog-udp", &a.syslog_udp, NULL, false },
	};
	struct cmd_words none = { 0 };
	int code = cmd_parse(self, argc, argv, options, sizeof options / sizeof *options, &none);
	if (code != CMD_GO_ON)
		return code;
	sigset_t ends;
	hold_signals(&ends);
	struct serving s = { 0 };
	setlinebuf(stdout);	/* whoever started us reads the password and the address from a pipe */
	code = start(&s, &a);
	if (code == CMD_OK) {
		puts("ready; Ctrl-C stops");
		wait_for_end(&s, &ends);
		puts("stopping");
	}
	stop(&s);
	return code;
}
