#include "tests/lib/bench.h"

#include "proto/base/clock.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

#define PASSWORD "a long enough password"

static struct bench b;
static char token[SERVICE_TOKEN_CHARS + 1];
static struct service_session session;

static void with_bob(void)
{
	bench_open(&b, ":memory:");
	cr_assert_eq(service_user_add(b.service, "bob", PASSWORD, b.error), ANSWER_OK, "%s", b.error);
}

static void close_bench(void)
{
	bench_close(&b);
}

static enum answer login(const char *user, const char *password, const char *remote)
{
	return service_login(b.service, &(struct service_credentials){ user, password, remote }, token, &session, b.error);
}

TestSuite(people, .init = with_bob, .fini = close_bench);

Test(people, the_right_password_opens_a_session_that_logging_out_ends)
{
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_OK, "%s", b.error);
	cr_assert_eq(strlen(token), (size_t)SERVICE_TOKEN_CHARS);
	struct service_session found;
	cr_assert_eq(service_session_of(b.service, token, &found, b.error), ANSWER_OK);
	cr_assert_str_eq(found.user, "bob");
	cr_assert_str_eq(found.csrf, session.csrf);
	cr_assert_str_neq(found.csrf, token);
	service_logout(b.service, token);
	cr_assert_eq(service_session_of(b.service, token, &found, b.error), ANSWER_DENIED);
}

Test(people, wrong_passwords_and_unknown_users_are_told_the_same)
{
	char first[SERVICE_ERROR_BYTES];
	cr_assert_eq(login("bob", "not the password", "192.0.2.1"), ANSWER_DENIED);
	strcpy(first, b.error);
	cr_assert_eq(login("nobody", PASSWORD, "192.0.2.1"), ANSWER_DENIED);
	cr_assert_str_eq(first, b.error);
	cr_assert_eq(login("", "", "192.0.2.1"), ANSWER_DENIED);
}

Test(people, an_unknown_user_costs_as_much_time_as_a_known_one)
{
	int64_t begun = clock_steady_ns();
	login("bob", "not the password", "192.0.2.1");
	int64_t known = clock_steady_ns() - begun;
	begun = clock_steady_ns();
	login("nobody", "not the password", "192.0.2.1");
	int64_t unknown = clock_steady_ns() - begun;
	cr_assert(unknown > known / 4 && known > unknown / 4, "%lld and %lld ns", (long long)known, (long long)unknown);
}

Test(people, ten_wrong_passwords_close_the_door_for_a_quarter_of_an_hour)
{
	for (int i = 0; i < 10; i++)
		cr_assert_eq(login("bob", "not the password", "192.0.2.1"), ANSWER_DENIED, "attempt %d", i);
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_TOO_MANY);
	cr_assert_eq(login("BOB", PASSWORD, "192.0.2.1"), ANSWER_TOO_MANY, "however written");
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.2"), ANSWER_OK, "nobody locks bob out of his own host");
	bench_now_ns += 16 * 60 * CLOCK_SECOND_NS;
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_OK, "%s", b.error);
}

static void *guess(void *denied)
{
	char given[SERVICE_TOKEN_CHARS + 1], why[SERVICE_ERROR_BYTES];
	struct service_session opened;
	const struct service_credentials wrong = { "bob", "not the password", "192.0.2.1" };
	enum answer answer = service_login(b.service, &wrong, given, &opened, why);
	*(bool *)denied = answer == ANSWER_DENIED;
	return NULL;
}

Test(people, guesses_that_come_all_at_once_are_counted_like_others)
{
	enum { GUESSES = 16 };
	pthread_t threads[GUESSES];
	bool denied[GUESSES] = { false };
	int n = 0;
	for (int i = 0; i < GUESSES; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, guess, &denied[i]), 0);
	for (int i = 0; i < GUESSES; i++) {
		pthread_join(threads[i], NULL);
		n += denied[i];
	}
	cr_assert_eq(n, 10, "%d guesses were looked at", n);
}

Test(people, a_hundred_wrong_passwords_from_many_addresses_close_the_door_everywhere)
{
	char address[16];
	for (int i = 0; i < 100; i++) {
		snprintf(address, sizeof address, "192.0.2.%d", 10 + i);
		struct store_tx *tx = store_write(b.store);
		store_failure_add(tx, "BOB", address, bench_now_ns);
		cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
	}
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_TOO_MANY);
}

Test(people, thirty_wrong_passwords_of_one_address_close_it_for_every_user)
{
	char user[16];
	for (int i = 0; i < 30; i++) {
		snprintf(user, sizeof user, "user%d", i);
		struct store_tx *tx = store_write(b.store);	/* hashing thirty passwords would take seconds */
		store_failure_add(tx, user, "192.0.2.1", bench_now_ns);
		cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
	}
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_TOO_MANY);
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.2"), ANSWER_OK);
}

Test(people, a_session_lives_twelve_hours_after_its_last_use)
{
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_OK);
	for (int i = 0; i < 3; i++) {
		bench_now_ns += 12 * CLOCK_HOUR_NS;
		cr_assert_eq(service_session_of(b.service, token, &session, b.error), ANSWER_OK, "use %d", i);
	}
	bench_now_ns += 12 * CLOCK_HOUR_NS + 1;
	cr_assert_eq(service_session_of(b.service, token, &session, b.error), ANSWER_DENIED);
}

Test(people, what_is_no_token_is_no_session)
{
	static const char *const not_tokens[] = { "", "abc", "' OR 1 = 1 --" };
	for (size_t i = 0; i < sizeof not_tokens / sizeof *not_tokens; i++)
		cr_assert_eq(service_session_of(b.service, not_tokens[i], &session, b.error), ANSWER_DENIED);
	cr_assert_eq(service_session_of(b.service, NULL, &session, b.error), ANSWER_DENIED);
}

Test(people, a_changed_password_ends_the_other_sessions_of_its_user)
{
	char other[SERVICE_TOKEN_CHARS + 1];
	struct service_session found;
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_OK);
	strcpy(other, token);
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_OK);
	cr_assert_eq(service_password(b.service, &session, "wrong", "another long password", b.error), ANSWER_DENIED);
	cr_assert_eq(service_password(b.service, &session, PASSWORD, "elevenchars", b.error), ANSWER_BAD_REQUEST);
	cr_assert_eq(service_password(b.service, &session, PASSWORD, "twelve chars", b.error), ANSWER_OK, "%s", b.error);
	cr_assert_eq(service_session_of(b.service, token, &found, b.error), ANSWER_OK);
	cr_assert_eq(service_session_of(b.service, other, &found, b.error), ANSWER_DENIED);
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_DENIED);
	cr_assert_eq(login("bob", "twelve chars", "192.0.2.1"), ANSWER_OK);
}

Test(people, a_user_needs_a_fit_name_that_is_free_and_a_password)
{
	cr_assert_eq(service_user_add(b.service, "Bob", PASSWORD, b.error), ANSWER_CONFLICT);
	cr_assert_eq(service_user_add(b.service, "", PASSWORD, b.error), ANSWER_BAD_REQUEST);
	cr_assert_eq(service_user_add(b.service, "a b", PASSWORD, b.error), ANSWER_BAD_REQUEST);
	cr_assert_eq(service_user_add(b.service, "ann", "short", b.error), ANSWER_BAD_REQUEST);
	cr_assert_eq(service_user_password(b.service, "ann", PASSWORD, b.error), ANSWER_NOT_FOUND);
}

Test(people, neither_password_nor_token_stands_in_the_database)
{
	cr_assert_eq(login("bob", PASSWORD, "192.0.2.1"), ANSWER_OK);
	struct store_user user;
	struct store_tx *tx = store_read(b.store);
	cr_assert(store_user(tx, "bob", &user));
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
	cr_assert_eq(strncmp(user.hash, "$argon2id$", 10), 0);
	uint8_t as_it_is[STORE_TOKEN_BYTES];
	struct store_session found;
	memcpy(as_it_is, token, sizeof as_it_is);
	tx = store_read(b.store);
	cr_assert_not(store_session(tx, as_it_is, &found));
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
}
