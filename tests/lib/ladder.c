#include "tests/lib/ladder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Readable pages with a forbidden one behind them. */
struct guarded {
	uint8_t *pages;
	size_t readable;
	size_t page;
};

static struct guarded guard(size_t n)
{
	struct guarded g = { .page = (size_t)sysconf(_SC_PAGESIZE) };

	g.readable = (n / g.page + 1) * g.page;
	g.pages = mmap(NULL, g.readable + g.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (g.pages == MAP_FAILED || mprotect(g.pages + g.readable, g.page, PROT_NONE) != 0)
		abort();
	return g;
}

static struct view at_the_end(const struct guarded *g, const void *bytes, size_t n)
{
	uint8_t *at = g->pages + g->readable - n;

	if (n > 0)
		memcpy(at, bytes, n);
	return view_of(at, n);
}

void ladder(const void *bytes, size_t n, void (*each)(struct view prefix, void *ctx), void *ctx)
{
	struct guarded g = guard(n);

	for (size_t shorter = 0; shorter <= n; shorter++)
		each(at_the_end(&g, bytes, shorter), ctx);
	munmap(g.pages, g.readable + g.page);
}
