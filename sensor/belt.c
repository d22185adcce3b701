#include "sensor/belt.h"

#include <assert.h>

void belt_init(struct belt *b, unsigned n_slots, unsigned n_stages, const unsigned wake_slots[])
{
	assert(n_stages >= 1 && n_stages <= BELT_STAGES);
	*b = (struct belt){ .n_slots = n_slots, .n_stages = n_stages };
	pthread_mutex_init(&b->lock, NULL);
	for (unsigned i = 0; i < BELT_STAGES; i++)
		pthread_cond_init(&b->woken[i], NULL);
	for (unsigned i = 0; i < n_stages; i++) {
		assert(wake_slots[i] >= 1 && (2 * wake_slots[i] <= n_slots || n_stages == 1));
		b->wake_slots[i] = wake_slots[i];
	}
}

void belt_fini(struct belt *b)
{
	for (unsigned i = 0; i < BELT_STAGES; i++)
		pthread_cond_destroy(&b->woken[i]);
	pthread_mutex_destroy(&b->lock);
}

static unsigned last_stage(const struct belt *b)
{
	return b->n_stages - 1;
}

static unsigned stage_before(const struct belt *b, unsigned stage)
{
	return stage == 0 ? last_stage(b) : stage - 1;
}

/* How many slots the stage before ${stage} has passed on by the time there are ${n} for it. To the first stage all slots of the belt
 * were free in the beginning. */
static uint64_t when_there_are(const struct belt *b, unsigned stage, uint64_t n)
{
	const uint64_t passed = b->passed[stage] + n;

	if (stage != 0)
		return passed;
	return passed > b->n_slots ? passed - b->n_slots : 0;
}

/* Until stage ${of} has passed on ${wanted}, or what a hurry made of it, or is closed. */
static void sleep_until(struct belt *b, unsigned stage, unsigned of, uint64_t wanted)
{
	struct belt_sleep *s = &b->sleeps[stage];

	*s = (struct belt_sleep){ .is_asleep = true, .of = of, .wanted = wanted };
	while (b->passed[of] < s->wanted && !b->is_closed[of])
		pthread_cond_wait(&b->woken[stage], &b->lock);
	s->is_asleep = false;
}

/* Wake those who wait for what ${stage} has now done. */
static void wake(struct belt *b, unsigned stage)
{
	for (unsigned i = 0; i < b->n_stages; i++) {
		const struct belt_sleep *s = &b->sleeps[i];

		if (s->is_asleep && s->of == stage && (b->passed[stage] >= s->wanted || b->is_closed[stage]))
			pthread_cond_signal(&b->woken[i]);
	}
}

int belt_take(struct belt *b, unsigned stage)
{
	const unsigned before = stage_before(b, stage);
	int slot = BELT_END;

	pthread_mutex_lock(&b->lock);
	if (b->passed[before] < when_there_are(b, stage, 1))
		sleep_until(b, stage, before, when_there_are(b, stage, b->wake_slots[stage]));
	if (b->passed[before] >= when_there_are(b, stage, 1))
		slot = (int)(b->passed[stage] % b->n_slots);
	pthread_mutex_unlock(&b->lock);
	return slot;
}

void belt_pass(struct belt *b, unsigned stage)
{
	pthread_mutex_lock(&b->lock);
	b->passed[stage]++;
	wake(b, stage);
	pthread_mutex_unlock(&b->lock);
}

uint64_t belt_lead(struct belt *b, unsigned stage)
{
	uint64_t lead;

	pthread_mutex_lock(&b->lock);
	lead = b->passed[stage] - b->passed[stage + 1];
	pthread_mutex_unlock(&b->lock);
	return lead;
}

static void hurry(struct belt *b, unsigned stage)
{
	for (unsigned i = 0; i < b->n_stages; i++) {
		struct belt_sleep *s = &b->sleeps[i];

		if (s->is_asleep && s->of == stage && b->passed[stage] >= when_there_are(b, i, 1))
			s->wanted = b->passed[stage];
	}
	wake(b, stage);
}

void belt_hurry(struct belt *b, unsigned stage)
{
	pthread_mutex_lock(&b->lock);
	hurry(b, stage);
	pthread_mutex_unlock(&b->lock);
}

void belt_close(struct belt *b, unsigned stage)
{
	pthread_mutex_lock(&b->lock);
	b->is_closed[stage] = true;
	wake(b, stage);
	pthread_mutex_unlock(&b->lock);
}

void belt_wait(struct belt *b, unsigned stage)
{
	pthread_mutex_lock(&b->lock);
	hurry(b, stage);
	if (b->passed[last_stage(b)] < b->passed[stage])
		sleep_until(b, stage, last_stage(b), b->passed[stage]);
	pthread_mutex_unlock(&b->lock);
}
