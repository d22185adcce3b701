/* The registry of sessions: whichever goes first, the others are still found, and the newest before older ones. */
#include "sensor/smb/registry.h"
#include "sensor/smb/session.h"

#include <criterion/criterion.h>

enum { SESSIONS = 5, ID = 7 };

static bool fits_any(const struct session *s, const void *ctx)
{
	(void)s;
	(void)ctx;
	return true;
}

static bool fits_only(const struct session *s, const void *ctx)
{
	return s == ctx;
}

static struct registry *filled(struct pool *pool, struct session sessions[SESSIONS])
{
	struct registry *r = registry_new(pool, SESSIONS, (uint64_t[2]){ 1, 2 });

	for (int i = 0; i < SESSIONS; i++) {
		sessions[i] = (struct session){ .id = ID };
		cr_assert(registry_add(r, &sessions[i]));
	}
	return r;
}

Test(registry, of_sessions_with_one_id_the_newest_that_fits_is_found)
{
	struct pool *pool = pool_new(1 << 20);
	struct session sessions[SESSIONS];
	struct registry *r = filled(pool, sessions);

	cr_expect_eq(registry_find(r, ID, fits_any, NULL), &sessions[SESSIONS - 1]);
	cr_expect_eq(registry_find(r, ID, fits_only, &sessions[1]), &sessions[1]);
	cr_expect_null(registry_find(r, ID + 1, fits_any, NULL));
	registry_free(r);
	pool_free(pool);
}

Test(registry, whichever_session_goes_the_others_stay)
{
	for (int gone = 0; gone < SESSIONS; gone++) {
		struct pool *pool = pool_new(1 << 20);
		struct session sessions[SESSIONS];
		struct registry *r = filled(pool, sessions);

		registry_drop(r, &sessions[gone]);
		for (int i = 0; i < SESSIONS; i++)
			cr_expect_eq(registry_find(r, ID, fits_only, &sessions[i]), i == gone ? NULL : &sessions[i]);
		cr_expect(registry_add(r, &sessions[gone]));
		cr_expect_eq(registry_find(r, ID, fits_any, NULL), &sessions[gone], "it is the newest now");
		for (int i = 0; i < SESSIONS; i++)
			registry_drop(r, &sessions[i]);
		cr_expect_null(registry_find(r, ID, fits_any, NULL));
		registry_free(r);
		pool_free(pool);
	}
}
