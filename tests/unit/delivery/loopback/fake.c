#include "tests/unit/delivery/loopback/fake.h"

#include "collector/pipeline.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct pipeline *fake_pipeline(void)
{
	static struct pipeline store;
	memset(&store, 0, sizeof store);
	return &store;
}

bool pipeline_sensor(struct pipeline *p, const char *z85_key, struct enrolled *out)
{
	for (int i = 0; i < FAKE_KEYS; i++) {
		if (!p->keys[i][0] || strcmp(p->keys[i], z85_key) != 0)
			continue;
		*out = (struct enrolled){ .sensor_id = i, .site_id = 1, .site = "branch" };
		snprintf(out->name, sizeof out->name, "sensor-%d", i);
		return true;
	}
	return false;
}

int pipeline_hello(struct pipeline *p, const struct enrolled *who, const Ev__Hello *hello, uint64_t *high_water, char *error,
		   size_t error_cap)
{
	(void)error;
	(void)error_cap;
	pthread_mutex_lock(&lock);
	if (p->epoch[who->sensor_id] != hello->epoch)
		p->high_water[who->sensor_id] = 0;
	p->epoch[who->sensor_id] = hello->epoch;
	*high_water = p->high_water[who->sensor_id];
	pthread_mutex_unlock(&lock);
	return 0;
}

static void store_events(struct pipeline *p, int64_t sensor, const Ev__EventBatch *batch)
{
	p->commits++;
	for (size_t i = 0; i < batch->n_events; i++) {
		uint64_t seq = batch->events[i]->seq;
		if (seq >= FAKE_SEQ_MAX)
			abort();
		if (seq <= p->high_water[sensor]) {
			p->repeated++;
			continue;
		}
		p->stored[sensor][seq]++;
		p->of_kind[batch->events[i]->body_case]++;
		p->high_water[sensor] = seq;
	}
}

int pipeline_commit(struct pipeline *p, const struct enrolled *who, const Ev__EventBatch *batch, uint64_t *high_water, char *error,
		    size_t error_cap)
{
	int result = 0;
	pthread_mutex_lock(&lock);
	if (p->fail) {
		snprintf(error, error_cap, "database or disk is full");
		result = -1;
	} else {
		store_events(p, who->sensor_id, batch);
		if (p->forget_answer) {
			p->forget_answer = false;
			snprintf(error, error_cap, "the answer was lost");
			result = -1;
		}
	}
	*high_water = p->high_water[who->sensor_id];
	pthread_mutex_unlock(&lock);
	return result;
}
