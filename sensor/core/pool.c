#include "sensor/core/pool.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	STEP_BYTES = 16,		/* from class to class while blocks are small; what a type may need to be aligned to */
	SMALL_BITS = 9,
	SMALL_CLASSES = (1 << SMALL_BITS) / STEP_BYTES,
	MAX_BITS = 21,
	N_CLASSES = SMALL_CLASSES + MAX_BITS - SMALL_BITS,
};

/* Under AddressSanitizer blocks are not kept for reuse and are exactly as long
 * as asked for, so that it sees every byte out of place. */
#ifdef __SANITIZE_ADDRESS__
enum { KEEPS_BLOCKS = 0 };
#else
enum { KEEPS_BLOCKS = 1 };
#endif

struct free_block {
	struct free_block *next;
};

struct pool {
	size_t cap_bytes;
	size_t used_bytes;	/* handed out */
	size_t kept_bytes;	/* in the free lists */
	struct free_block *free[N_CLASSES];
};

static unsigned class_of(size_t n)
{
	if (n <= 1 << SMALL_BITS)
		return n > 0 ? (unsigned)((n - 1) / STEP_BYTES) : 0;
	return SMALL_CLASSES + 64 - (unsigned)__builtin_clzll((unsigned long long)n - 1) - (SMALL_BITS + 1);
}

static size_t size_of_class(unsigned class)
{
	if (class < SMALL_CLASSES)
		return (class + 1) * (size_t)STEP_BYTES;
	return (size_t)1 << (class - SMALL_CLASSES + SMALL_BITS + 1);
}

struct pool *pool_new(size_t cap_bytes)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (p != NULL)
		p->cap_bytes = cap_bytes;
	return p;
}

static void *take_kept(struct pool *p, unsigned class)
{
	struct free_block *block = p->free[class];

	if (block == NULL)
		return NULL;
	p->free[class] = block->next;
	p->kept_bytes -= size_of_class(class);
	return block;
}

/* Return kept blocks to the system, the largest first, until ${n} more bytes fit under the cap. */
static void make_room(struct pool *p, size_t n)
{
	for (unsigned class = N_CLASSES; class-- > 0;)
		while (p->free[class] != NULL && p->used_bytes + p->kept_bytes + n > p->cap_bytes)
			free(take_kept(p, class));
}

void pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	for (unsigned class = 0; class < N_CLASSES; class++)
		while (p->free[class] != NULL)
			free(take_kept(p, class));
	free(p);
}

void *pool_get(struct pool *p, size_t n)
{
	unsigned class = class_of(n);
	size_t size;
	void *block;

	assert(class < N_CLASSES);
	size = size_of_class(class);
	if (p->used_bytes + size > p->cap_bytes)
		return NULL;
	block = take_kept(p, class);
	if (block == NULL) {
		make_room(p, size);
		block = malloc(KEEPS_BLOCKS ? size : n);
	}
	if (block == NULL)
		return NULL;
	p->used_bytes += size;
	return memset(block, 0, n);
}

void pool_put(struct pool *p, void *block, size_t n)
{
	unsigned class = class_of(n);

	if (block == NULL)
		return;
	p->used_bytes -= size_of_class(class);
	if (!KEEPS_BLOCKS) {
		free(block);
		return;
	}
	((struct free_block *)block)->next = p->free[class];
	p->free[class] = block;
	p->kept_bytes += size_of_class(class);
}

size_t pool_used_bytes(const struct pool *p)
{
	return p->used_bytes;
}
