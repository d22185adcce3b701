#include "sensor/belt.h"

#include <criterion/criterion.h>

enum { SLOTS = 8, ROUNDS = 5000, WAKE = SLOTS / 2 };

static const unsigned wakes[BELT_STAGES] = { WAKE, WAKE, WAKE };

/* What each stage adds to a slot; the last one sees whether all came by, in order. */
struct works {
	struct belt belt;
	unsigned value[SLOTS];
	unsigned n_wrong, n_seen;
};

static void *add_two(void *ctx)
{
	struct works *w = ctx;

	for (int i = belt_take(&w->belt, 1); i != BELT_END; i = belt_take(&w->belt, 1)) {
		w->value[i] += 2;
		belt_pass(&w->belt, 1);
	}
	belt_close(&w->belt, 1);
	return NULL;
}

static void *look(void *ctx)
{
	struct works *w = ctx;
	const unsigned last = w->belt.n_stages - 1;

	for (int i = belt_take(&w->belt, last); i != BELT_END; i = belt_take(&w->belt, last)) {
		w->n_wrong += w->value[i] != w->n_seen + (last == 2 ? 2 : 0);
		w->n_seen++;
		belt_pass(&w->belt, last);
	}
	return NULL;
}

static void fill(struct works *w, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		int slot = belt_take(&w->belt, 0);

		cr_assert_neq(slot, BELT_END);
		w->value[slot] = i;
		belt_pass(&w->belt, 0);
	}
}

static void run(unsigned n_stages, unsigned n)
{
	struct works w = { .n_seen = 0 };
	pthread_t threads[2];

	belt_init(&w.belt, SLOTS, n_stages, wakes);
	cr_assert_eq(pthread_create(&threads[0], NULL, look, &w), 0);
	if (n_stages == 3)
		cr_assert_eq(pthread_create(&threads[1], NULL, add_two, &w), 0);
	fill(&w, n);
	belt_close(&w.belt, 0);
	for (unsigned i = 0; i + 1 < n_stages; i++)
		pthread_join(threads[i], NULL);
	cr_expect_eq(w.n_seen, n);
	cr_expect_eq(w.n_wrong, 0);
	belt_fini(&w.belt);
}

Test(belt, slots_pass_two_stages_in_order)
{
	run(2, ROUNDS);
}

Test(belt, slots_pass_three_stages_in_order)
{
	run(3, ROUNDS);
}

Test(belt, fewer_slots_than_anybody_is_woken_for_arrive_when_it_is_closed)
{
	run(2, 0);
	run(2, 1);
	run(3, WAKE - 1);
}

Test(belt, one_stage_takes_its_slots_in_turns)
{
	struct belt b;

	belt_init(&b, 2, 1, wakes);
	for (int i = 0; i < 5; i++) {
		cr_expect_eq(belt_take(&b, 0), i % 2);
		belt_pass(&b, 0);
	}
	belt_fini(&b);
}

/* The other stage sleeps for WAKE slots or goes to sleep while we wait: both ways it has to be done with the one there is. */
Test(belt, waiting_hurries_who_would_sleep_for_more)
{
	struct works w = { .n_seen = 0 };
	pthread_t thread;

	belt_init(&w.belt, SLOTS, 2, wakes);
	cr_assert_eq(pthread_create(&thread, NULL, look, &w), 0);
	for (unsigned i = 0; i < 100; i++) {
		w.value[belt_take(&w.belt, 0)] = i;
		belt_pass(&w.belt, 0);
		belt_wait(&w.belt, 0);
		cr_expect_eq(w.n_seen, i + 1);
	}
	belt_close(&w.belt, 0);
	pthread_join(thread, NULL);
	belt_fini(&w.belt);
}
