#include "sensor/rpc/handles.h"
#include "tests/lib/stage.h"

#include <criterion/criterion.h>
#include <string.h>

static struct view handle(unsigned number)
{
	static uint8_t bytes[4][NDR_HANDLE_BYTES];
	static unsigned next;
	uint8_t *h = bytes[next++ % 4];

	memset(h, (int)number, NDR_HANDLE_BYTES);
	return view_of(h, NDR_HANDLE_BYTES);
}

Test(handles, a_handle_stands_for_what_it_was_given_for)
{
	struct stage *s = stage_new(0);
	struct handles h = { .pool = s->env.pool };

	cr_expect_null(handles_name(&h, handle(1)));
	handles_put(&h, handle(1), "one");
	handles_put(&h, handle(2), "two");
	cr_expect_str_eq(handles_name(&h, handle(1)), "one");
	handles_put(&h, handle(1), "uno");
	cr_expect_str_eq(handles_name(&h, handle(1)), "uno");
	handles_forget(&h, handle(1));
	cr_expect_null(handles_name(&h, handle(1)));
	cr_expect_str_eq(handles_name(&h, handle(2)), "two");
	handles_forget(&h, handle(9));
	handles_fini(&h);
	stage_free(s);
}

Test(handles, the_oldest_gives_way)
{
	struct stage *s = stage_new(0);
	struct handles h = { .pool = s->env.pool, .counts = &s->counts };

	for (unsigned i = 1; i <= HANDLES_MAX; i++)
		handles_put(&h, handle(i), "x");
	cr_expect_eq(s->counts.of[COUNT_RPC_TABLE_FULL], 0);
	handles_put(&h, handle(HANDLES_MAX + 1), "x");
	cr_expect_eq(s->counts.of[COUNT_RPC_TABLE_FULL], 1);
	cr_expect_null(handles_name(&h, handle(1)));
	cr_expect_not_null(handles_name(&h, handle(2)));
	cr_expect_not_null(handles_name(&h, handle(HANDLES_MAX + 1)));
	handles_fini(&h);
	stage_free(s);
}

Test(handles, zeros_and_other_lengths_are_not_kept)
{
	struct stage *s = stage_new(0);
	struct handles h = { .pool = s->env.pool };

	handles_put(&h, handle(0), "null");
	handles_put(&h, view_of("abc", 3), "short");
	cr_expect_null(h.rows);
	handles_fini(&h);
	stage_free(s);
}

Test(handles, without_memory_nothing_is_kept)
{
	struct stage *s = stage_new(256);
	struct handles h = { .pool = s->env.pool };

	handles_put(&h, handle(1), "one");
	cr_expect_null(handles_name(&h, handle(1)));
	handles_fini(&h);
	stage_free(s);
}
