/*
 * What the files service*.c share. The face has service.h; only main's
 * commands and tests make a service.
 */
#ifndef ASHIATO_COLLECTOR_SERVICE_PARTS_H
#define ASHIATO_COLLECTOR_SERVICE_PARTS_H

#include "collector/baseline/baseline.h"
#include "collector/detect/detect.h"
#include "collector/pipeline.h"
#include "collector/service.h"
#include "collector/store/store.h"

#include <pthread.h>

enum { SERVICE_PASSWORD_MIN = 12, SERVICE_PASSWORD_MAX = 1024 };

struct service {
	struct store *store;
	struct pipeline *pipeline;
	const struct rules *rules;
	int64_t (*now_ns)(void);		/* the clock; tests set another */
	pthread_mutex_t hashing;		/* one password at a time: argon2id takes 64 MiB */
	pthread_mutex_t attempts;		/* one login at a time: counted before the next one is looked at */
	char nobody[STORE_HASH_BYTES];		/* a password nobody has: an unknown user costs the same time */
};

/* Both must outlive the service. NULL and a sentence when memory is short. */
struct service *service_new(struct store *store, struct pipeline *pipeline, char *error, size_t error_cap);
void service_free(struct service *s);

/* Make a user. The hash of the password is made here; ANSWER_CONFLICT if the name is taken. */
enum answer service_user_add(struct service *s, const char *name, const char *password, char error[SERVICE_ERROR_BYTES]);
/* Give a user a new password and end all sessions. */
enum answer service_user_password(struct service *s, const char *name, const char *password, char error[SERVICE_ERROR_BYTES]);
/* A password that can be typed: 20 characters without look-alikes, 100 bits. */
enum { SERVICE_RANDOM_PASSWORD_CHARS = 20 };
void service_random_password(char out[SERVICE_RANDOM_PASSWORD_CHARS + 1]);

/* ---- for service*.c ---- */

/* ${answer}, with a sentence. */
enum answer service_says(enum answer answer, char error[SERVICE_ERROR_BYTES], const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* End ${tx}: ANSWER_OK and ${*out} moved from ${json}. When the store failed, ${json} is released: ANSWER_FAILED, or
 * ANSWER_BAD_REQUEST for a search that asked for too much. */
enum answer service_answer(struct store_tx *tx, json_t *json, json_t **out, char error[SERVICE_ERROR_BYTES]);

/* End a ${tx} that wrote. */
enum answer service_stored(struct store_tx *tx, char error[SERVICE_ERROR_BYTES]);

/* The store's filter for ${q}: ANSWER_BAD_REQUEST for words that mean nothing. */
enum answer service_filter(const struct service_query *q, struct store_filter *out, char error[SERVICE_ERROR_BYTES]);

/* What the author of ${e} should know of it, where ${names} says which hosts have addresses: that it is wide, or covers nothing. NULL:
 * nothing. */
struct baseline_entry;
struct hosts;
const char *service_entry_warning(struct service *s, const struct baseline_entry *e, const struct hosts *names);

/* The log-point table of ${incident}, an incident's document with its steps and access_rows (new reference). */
json_t *service_log_points(struct service *s, struct store_tx *tx, const json_t *incident);

#endif
