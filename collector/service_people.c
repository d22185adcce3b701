/*
 * People: passwords, sessions, wrong passwords.
 *
 * A password is kept as argon2id, a session's token as BLAKE2b: who reads the
 * database can use neither. Hashing is serialised, so that a flood of logins
 * costs time and not memory, and an unknown user costs as much as a known one.
 */
#include "collector/service_parts.h"

#include "proto/base/clock.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t session_idle_ns = 12 * CLOCK_HOUR_NS;
static const int64_t touch_ns = 60 * CLOCK_SECOND_NS;		/* a session's last use is kept to the minute: fewer commits */
static const int64_t failure_window_ns = 900 * CLOCK_SECOND_NS;
/* A stranger must not lock an administrator out from elsewhere, so the door closes first where the wrong passwords come from. */
enum { FAILURES_HERE = 10, FAILURES_PER_ADDRESS = 30, FAILURES_PER_USER = 100, TOKEN_RANDOM_BYTES = 32 };

/* ---- life ------------------------------------------------------------------------------------------------------------- */

static bool hash(struct service *s, const char *password, char out[STORE_HASH_BYTES])
{
	pthread_mutex_lock(&s->hashing);
	int result = crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
				       crypto_pwhash_MEMLIMIT_INTERACTIVE);
	pthread_mutex_unlock(&s->hashing);
	return result == 0;
}

static bool verify(struct service *s, const char *hashed, const char *password)
{
	pthread_mutex_lock(&s->hashing);
	int result = crypto_pwhash_str_verify(hashed, password, strlen(password));
	pthread_mutex_unlock(&s->hashing);
	return result == 0;
}

struct service *service_new(struct store *store, struct pipeline *pipeline, char *error, size_t error_cap)
{
	_Static_assert(STORE_HASH_BYTES >= crypto_pwhash_STRBYTES, "a hash fits");
	struct service *s = calloc(1, sizeof *s);
	if (s == NULL || sodium_init() < 0) {
		snprintf(error, error_cap, "out of memory");
		free(s);
		return NULL;
	}
	*s = (struct service){ .store = store, .pipeline = pipeline, .rules = pipeline_rules(pipeline), .now_ns = clock_now_ns };
	pthread_mutex_init(&s->hashing, NULL);
	pthread_mutex_init(&s->attempts, NULL);
	char password[SERVICE_RANDOM_PASSWORD_CHARS + 1];
	service_random_password(password);
	if (hash(s, password, s->nobody))
		return s;
	snprintf(error, error_cap, "out of memory: checking a password takes 64 MiB");
	service_free(s);
	return NULL;
}

void service_free(struct service *s)
{
	if (s == NULL)
		return;
	pthread_mutex_destroy(&s->attempts);
	pthread_mutex_destroy(&s->hashing);
	free(s);
}

void service_random_password(char out[SERVICE_RANDOM_PASSWORD_CHARS + 1])
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";	/* 32: five bits each */
	for (size_t i = 0; i < SERVICE_RANDOM_PASSWORD_CHARS; i++)
		out[i] = letters[randombytes_uniform(sizeof letters - 1)];
	out[SERVICE_RANDOM_PASSWORD_CHARS] = '\0';
}

/* ---- tokens ----------------------------------------------------------------------------------------------------------- */

static void random_hex(char out[SERVICE_TOKEN_CHARS + 1])
{
	unsigned char bytes[TOKEN_RANDOM_BYTES];
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2hex(out, SERVICE_TOKEN_CHARS + 1, bytes, sizeof bytes);
}

/* What the store knows a token by. False if it cannot be one. */
static bool token_hash(const char *token, uint8_t out[STORE_TOKEN_BYTES])
{
	if (token == NULL || strlen(token) != SERVICE_TOKEN_CHARS)
		return false;
	crypto_generichash(out, STORE_TOKEN_BYTES, (const unsigned char *)token, SERVICE_TOKEN_CHARS, NULL, 0);
	return true;
}

static void session_out(const struct store_session *in, struct service_session *out)
{
	_Static_assert((int)SERVICE_USER_BYTES >= (int)STORE_NAME_BYTES && sizeof in->csrf == sizeof out->csrf, "names fit");
	*out = (struct service_session){ .user_id = in->user.id };
	memcpy(out->user, in->user.name, STORE_NAME_BYTES);
	memcpy(out->csrf, in->csrf, sizeof out->csrf);
}

/* ---- logging in ------------------------------------------------------------------------------------------------------- */

static enum answer check_throttle(struct service *s, const char *user, const char *remote, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	struct store_failures f = store_failures(tx, user, remote, s->now_ns() - failure_window_ns);
	enum answer answer = service_stored(tx, error);
	if (answer == ANSWER_OK &&
	    (f.of_both >= FAILURES_HERE || f.of_address >= FAILURES_PER_ADDRESS || f.of_user >= FAILURES_PER_USER))
		return service_says(ANSWER_TOO_MANY, error, "too many wrong passwords: wait a quarter of an hour");
	return answer;
}

/* The user with the right password; ANSWER_DENIED, and the attempt counted, for any other. */
static enum answer check_password(struct service *s, const struct service_credentials *given, struct store_user *out,
				  char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	bool known = store_user(tx, given->user, out);
	enum answer answer = service_stored(tx, error);
	if (answer != ANSWER_OK)
		return answer;
	bool right = strlen(given->password) <= SERVICE_PASSWORD_MAX && verify(s, known ? out->hash : s->nobody, given->password);
	if (known && right)
		return ANSWER_OK;
	tx = store_write(s->store);
	store_failure_add(tx, given->user, given->remote, s->now_ns());
	answer = service_stored(tx, error);
	return answer == ANSWER_OK ? service_says(ANSWER_DENIED, error, "user or password is wrong") : answer;
}

/* The user with the right password; ANSWER_TOO_MANY once there were too many wrong ones. One attempt at a time: many at once must
 * not all pass the count before the first of them is counted. */
static enum answer try_password(struct service *s, const char *counted_as, const struct service_credentials *given,
				struct store_user *out, char error[SERVICE_ERROR_BYTES])
{
	pthread_mutex_lock(&s->attempts);
	enum answer answer = check_throttle(s, counted_as, given->remote, error);
	if (answer == ANSWER_OK)
		answer = check_password(s, given, out, error);
	pthread_mutex_unlock(&s->attempts);
	return answer;
}

static enum answer open_session(struct service *s, const struct store_user *user, const char *remote,
				char token[SERVICE_TOKEN_CHARS + 1], struct service_session *out,
				char error[SERVICE_ERROR_BYTES])
{
	struct store_session session = { .user = *user };
	uint8_t hashed[STORE_TOKEN_BYTES];
	int64_t now = s->now_ns();
	random_hex(token);
	random_hex(session.csrf);
	token_hash(token, hashed);
	struct store_tx *tx = store_write(s->store);
	store_people_expire(tx, now - session_idle_ns);
	store_failures_forget(tx, user->name, remote);
	store_session_add(tx, hashed, user->id, session.csrf, now);
	store_audit(tx, user->name, "login", remote, NULL, now);
	session_out(&session, out);
	return service_stored(tx, error);
}

enum answer service_login(struct service *s, const struct service_credentials *given, char token[SERVICE_TOKEN_CHARS + 1],
			  struct service_session *out, char error[SERVICE_ERROR_BYTES])
{
	struct store_user known;
	char typed[STORE_NAME_BYTES];	/* a longer one is nobody's, and is counted under its beginning */
	struct service_credentials tried = *given;
	snprintf(typed, sizeof typed, "%s", given->user);
	tried.user = strlen(given->user) < sizeof typed ? typed : "";
	enum answer answer = try_password(s, typed, &tried, &known, error);
	if (answer == ANSWER_OK)
		answer = open_session(s, &known, given->remote, token, out, error);
	return answer;
}

enum answer service_session_of(struct service *s, const char *token, struct service_session *out, char error[SERVICE_ERROR_BYTES])
{
	uint8_t hashed[STORE_TOKEN_BYTES];
	struct store_session session;
	int64_t now = s->now_ns();
	if (!token_hash(token, hashed))
		return service_says(ANSWER_DENIED, error, "not logged in");
	struct store_tx *tx = store_read(s->store);
	bool found = store_session(tx, hashed, &session);
	enum answer answer = service_stored(tx, error);
	if (answer != ANSWER_OK)
		return answer;
	if (!found || now - session.last_used_ns > session_idle_ns)
		return service_says(ANSWER_DENIED, error, "not logged in, or not used for 12 hours");
	if (now - session.last_used_ns > touch_ns) {
		tx = store_write(s->store);
		store_session_touch(tx, hashed, now);
		answer = service_stored(tx, error);
	}
	session_out(&session, out);
	return answer;
}

void service_logout(struct service *s, const char *token)
{
	uint8_t hashed[STORE_TOKEN_BYTES];
	char error[SERVICE_ERROR_BYTES];
	if (!token_hash(token, hashed))
		return;
	struct store_tx *tx = store_write(s->store);
	store_session_end(tx, hashed);
	service_stored(tx, error);
}

/* ---- passwords -------------------------------------------------------------------------------------------------------- */

static enum answer check_fresh(const char *password, char error[SERVICE_ERROR_BYTES])
{
	size_t n = strlen(password);
	if (n >= SERVICE_PASSWORD_MIN && n <= SERVICE_PASSWORD_MAX)
		return ANSWER_OK;
	return service_says(ANSWER_BAD_REQUEST, error, "a password has from %d to %d characters", SERVICE_PASSWORD_MIN,
			    SERVICE_PASSWORD_MAX);
}

/* Store a new password; sessions end but the one with ${csrf}. */
static enum answer set_password(struct service *s, int64_t user, const char *name, const char *password, const char *csrf,
				char error[SERVICE_ERROR_BYTES])
{
	char hashed[STORE_HASH_BYTES];
	enum answer answer = check_fresh(password, error);
	if (answer != ANSWER_OK)
		return answer;
	if (!hash(s, password, hashed))
		return service_says(ANSWER_FAILED, error, "out of memory: hashing a password takes 64 MiB");
	struct store_tx *tx = store_write(s->store);
	store_user_password(tx, user, hashed);
	store_sessions_end(tx, user, csrf);
	store_audit(tx, csrf != NULL ? name : "command line", "user.password", name, NULL, s->now_ns());
	return service_stored(tx, error);
}

enum answer service_password(struct service *s, const struct service_session *who, const char *old, const char *fresh,
			     char error[SERVICE_ERROR_BYTES])
{
	/* What stands for the address: guesses here are counted too. */
	const struct service_credentials given = { .user = who->user, .password = old, .remote = "password change" };
	struct store_user user;
	enum answer answer = try_password(s, who->user, &given, &user, error);
	if (answer == ANSWER_DENIED)
		return service_says(ANSWER_DENIED, error, "the old password is wrong");
	return answer == ANSWER_OK ? set_password(s, user.id, user.name, fresh, who->csrf, error) : answer;
}

static bool name_is_fit(const char *name)
{
	size_t n = strlen(name);
	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return false;
	return n > 0 && n < STORE_NAME_BYTES;
}

enum answer service_user_add(struct service *s, const char *name, const char *password, char error[SERVICE_ERROR_BYTES])
{
	char hashed[STORE_HASH_BYTES];
	struct store_user taken;
	if (!name_is_fit(name))
		return service_says(ANSWER_BAD_REQUEST, error, "a user's name has from 1 to %d characters and no space",
				    STORE_NAME_BYTES - 1);
	enum answer answer = check_fresh(password, error);
	if (answer != ANSWER_OK)
		return answer;
	if (!hash(s, password, hashed))
		return service_says(ANSWER_FAILED, error, "out of memory: hashing a password takes 64 MiB");
	struct store_tx *tx = store_write(s->store);
	if (store_user(tx, name, &taken)) {
		store_rollback(tx);
		return service_says(ANSWER_CONFLICT, error, "there is a user %s already", name);
	}
	store_user_add(tx, name, hashed, s->now_ns());
	store_audit(tx, "command line", "user.add", name, NULL, s->now_ns());
	return service_stored(tx, error);
}

enum answer service_user_password(struct service *s, const char *name, const char *password, char error[SERVICE_ERROR_BYTES])
{
	struct store_user user;
	struct store_tx *tx = store_read(s->store);
	bool known = store_user(tx, name, &user);
	enum answer answer = service_stored(tx, error);
	if (answer == ANSWER_OK && !known)
		return service_says(ANSWER_NOT_FOUND, error, "there is no user %s", name);
	return answer == ANSWER_OK ? set_password(s, user.id, user.name, password, NULL, error) : answer;
}
