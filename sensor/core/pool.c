#include "sensor/core/pool.h"

#include "sensor/core/rare.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	STEP_BYTES = 16,		/* from class to class while blocks are small; what a type may need to be aligned to */
	SMALL_BITS = 9,
	SMALL_CLASSES = (1 << SMALL_BITS) / STEP_BYTES,
	MAX_BITS = 21,
	LARGE_CLASSES = MAX_BITS - SMALL_BITS,
	PAGE_BYTES = 4096,		/* what the system takes back by itself */
	SLACK_BYTES = SMALL_CLASSES * PAGE_BYTES,	/* a page of each class is under way */
};

/* Under AddressSanitizer every block is the system's own and exactly as long as asked for, so that it sees every byte out of
 * place. */
#ifdef __SANITIZE_ADDRESS__
enum { HAS_PAGES = 0 };
#else
enum { HAS_PAGES = 1 };
#endif

struct free_block {
	struct free_block *next;
};

/* A page of blocks of one small class; a page without a block in use belongs to none. */
struct page {
	struct page *next, *previous;	/* in the list it is in, if any */
	struct free_block *free;
	uint16_t n_used;
	uint16_t n_begun;		/* blocks from the beginning that were ever in use */
	uint16_t n_blocks;		/* that it has room for */
	uint8_t class;
};

struct pool {
	size_t cap_bytes;
	size_t used_bytes;		/* handed out, in whole classes */
	size_t large_bytes;		/* of those in large blocks */
	size_t kept_bytes;		/* in the free lists of large blocks */
	struct free_block *kept[LARGE_CLASSES];
	uint8_t *region;		/* where the pages lie; memory only where one is in use or was */
	struct page *pages;
	size_t n_pages;
	size_t n_begun;			/* pages from the beginning that were ever in use */
	size_t n_used;			/* with a block in use */
	size_t n_idle;			/* in use before, and still memory */
	struct page *partial[SMALL_CLASSES];	/* with a block in use and room for one */
	struct page *idle;
	struct page *returned;		/* in use before, and given back to the system */
};

/* ---- classes ---- */

static bool is_small(size_t n)
{
	return HAS_PAGES && n <= 1 << SMALL_BITS;
}

static unsigned small_class_of(size_t n)
{
	return n > 0 ? (unsigned)((n - 1) / STEP_BYTES) : 0;
}

static size_t small_size(unsigned class)
{
	return (class + 1) * (size_t)STEP_BYTES;
}

static unsigned large_class_of(size_t n)
{
	return n <= 1 << SMALL_BITS ? 0 : 64 - (unsigned)__builtin_clzll((unsigned long long)n - 1) - (SMALL_BITS + 1);
}

static size_t large_size(unsigned class)
{
	return (size_t)1 << (class + SMALL_BITS + 1);
}

static size_t size_of(size_t n)
{
	return n <= 1 << SMALL_BITS ? small_size(small_class_of(n)) : large_size(large_class_of(n));
}

/* ---- life ---- */

static bool reserve(struct pool *p)
{
	p->n_pages = (p->cap_bytes + SLACK_BYTES) / PAGE_BYTES;
	p->pages = calloc(p->n_pages, sizeof(*p->pages));
	p->region = mmap(NULL, p->n_pages * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p->region == MAP_FAILED)
		p->region = NULL;
	return p->pages != NULL && p->region != NULL;
}

struct pool *pool_new(size_t cap_bytes)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->cap_bytes = cap_bytes;
	if (HAS_PAGES && !reserve(p)) {
		pool_free(p);
		return NULL;
	}
	return p;
}

static void *take_kept(struct pool *p, unsigned class)
{
	struct free_block *block = p->kept[class];

	if (block == NULL)
		return NULL;
	p->kept[class] = block->next;
	p->kept_bytes -= large_size(class);
	return block;
}

void pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	for (unsigned class = 0; class < LARGE_CLASSES; class++)
		while (p->kept[class] != NULL)
			free(take_kept(p, class));
	if (p->region != NULL)
		munmap(p->region, p->n_pages * PAGE_BYTES);
	free(p->pages);
	free(p);
}

/* ---- what is memory ---- */

static size_t memory_bytes(const struct pool *p)
{
	return (p->n_used + p->n_idle) * PAGE_BYTES + p->large_bytes + p->kept_bytes;
}

static void link_page(struct page **list, struct page *page)
{
	page->previous = NULL;
	page->next = *list;
	if (*list != NULL)
		(*list)->previous = page;
	*list = page;
}

static void unlink_page(struct page **list, struct page *page)
{
	*(page->previous != NULL ? &page->previous->next : list) = page->next;
	if (page->next != NULL)
		page->next->previous = page->previous;
}

static uint8_t *bytes_of(const struct pool *p, const struct page *page)
{
	return p->region + (size_t)(page - p->pages) * PAGE_BYTES;
}

static void return_idle(struct pool *p)
{
	while (p->idle != NULL) {
		struct page *page = p->idle;

		unlink_page(&p->idle, page);
		madvise(bytes_of(p, page), PAGE_BYTES, MADV_DONTNEED);
		link_page(&p->returned, page);
		p->n_idle--;
	}
}

/* Return to the system what nobody uses, large blocks first and the largest of them, until ${n} more bytes fit under the cap. */
static void make_room(struct pool *p, size_t n)
{
	for (unsigned class = LARGE_CLASSES; class-- > 0;)
		while (p->kept[class] != NULL && memory_bytes(p) + n > p->cap_bytes)
			free(take_kept(p, class));
	if (memory_bytes(p) + n > p->cap_bytes)
		return_idle(p);
}

/* ---- small blocks ---- */

/* A page without a block in use; NULL when there is none. */
static struct page *empty_page(struct pool *p)
{
	struct page **list = p->idle != NULL ? &p->idle : &p->returned;
	struct page *page = *list;

	if (page == NULL)
		return p->n_begun < p->n_pages ? &p->pages[p->n_begun++] : NULL;
	unlink_page(list, page);
	p->n_idle -= list == &p->idle;
	return page;
}

/* A page for blocks of ${class}, in its list; NULL when there is none. */
static RARE struct page *begin_page(struct pool *p, unsigned class)
{
	struct page *page;

	if (p->idle == NULL)
		make_room(p, PAGE_BYTES);
	page = empty_page(p);
	if (page == NULL)
		return NULL;
	p->n_used++;
	page->class = (uint8_t)class;
	page->n_blocks = (uint16_t)(PAGE_BYTES / small_size(class));
	page->free = NULL;
	page->n_begun = page->n_used = 0;
	page->n_blocks = (uint16_t)(PAGE_BYTES / small_size(class));
	link_page(&p->partial[class], page);
	return page;
}

static void *small_get(struct pool *p, unsigned class)
{
	struct page *page = p->partial[class] != NULL ? p->partial[class] : begin_page(p, class);
	struct free_block *block;

	if (page == NULL)
		return NULL;
	block = page->free;
	if (block != NULL)
		page->free = block->next;
	else
		block = (struct free_block *)(void *)(bytes_of(p, page) + page->n_begun++ * small_size(class));
	if (++page->n_used == page->n_blocks)
		unlink_page(&p->partial[class], page);
	return block;
}

/* ${page} has room again, or has become empty. */
static RARE void relink_page(struct pool *p, struct page *page)
{
	if (page->n_used + 1 == page->n_blocks)
		link_page(&p->partial[page->class], page);
	if (page->n_used > 0)
		return;
	unlink_page(&p->partial[page->class], page);
	link_page(&p->idle, page);
	p->n_used--;
	p->n_idle++;
}

static void small_put(struct pool *p, void *block)
{
	struct page *page = &p->pages[(size_t)((uint8_t *)block - p->region) / PAGE_BYTES];

	((struct free_block *)block)->next = page->free;
	page->free = block;
	page->n_used--;
	if (page->n_used == 0 || page->n_used + 1 == page->n_blocks)
		relink_page(p, page);
}

/* ---- large blocks ---- */

static void *large_get(struct pool *p, size_t n)
{
	unsigned class = large_class_of(n);
	void *block = HAS_PAGES ? take_kept(p, class) : NULL;

	if (block == NULL) {
		make_room(p, size_of(n));
		block = malloc(HAS_PAGES ? large_size(class) : n);
	}
	if (block != NULL)
		p->large_bytes += size_of(n);
	return block;
}

static RARE void large_put(struct pool *p, void *block, size_t n)
{
	unsigned class = large_class_of(n);

	p->large_bytes -= size_of(n);
	if (!HAS_PAGES) {
		free(block);
		return;
	}
	((struct free_block *)block)->next = p->kept[class];
	p->kept[class] = block;
	p->kept_bytes += large_size(class);
}

/* ---- any ---- */

static bool has_room(const struct pool *p, size_t n)
{
	return pool_used_bytes(p) + n <= p->cap_bytes;
}

static void *take_small(struct pool *p, unsigned class)
{
	size_t size = small_size(class);
	void *block = has_room(p, size) ? small_get(p, class) : NULL;

	if (block != NULL)
		p->used_bytes += size;
	return block;
}

static RARE void *take_large(struct pool *p, size_t n)
{
	size_t size = size_of(n);
	void *block = has_room(p, size) ? large_get(p, n) : NULL;

	if (block != NULL)
		p->used_bytes += size;
	return block;
}

void *pool_take(struct pool *p, size_t n)
{
	assert(n <= (size_t)1 << MAX_BITS);
	return is_small(n) ? take_small(p, small_class_of(n)) : take_large(p, n);
}

void *pool_get(struct pool *p, size_t n)
{
	void *block = pool_take(p, n);

	return block != NULL ? memset(block, 0, n) : NULL;
}

void pool_put(struct pool *p, void *block, size_t n)
{
	if (block == NULL)
		return;
	p->used_bytes -= size_of(n);
	if (is_small(n))
		small_put(p, block);
	else
		large_put(p, block, n);
}

size_t pool_used_bytes(const struct pool *p)
{
	size_t taken = p->n_used * PAGE_BYTES + p->large_bytes;

	return taken > p->used_bytes + SLACK_BYTES ? taken - SLACK_BYTES : p->used_bytes;
}
