#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/operations.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <string.h>

static struct uuid uuid_of(const char *digits)
{
	struct wire w = { .n = 0 };
	struct uuid u;

	wire_hex(&w, digits);
	memcpy(u.bytes, w.bytes, sizeof(u.bytes));
	return u;
}

Test(operations, every_row_is_found_again)
{
	size_t n;
	const struct operation *all = operations_all(&n);

	cr_assert_gt(n, 2500);
	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(operations_find(&all[i].interface_uuid, all[i].opnum), &all[i], "row %zu is out of order or twice", i);
		cr_expect_str_eq(operations_interface(&all[i].interface_uuid), all[i].interface);
	}
}

Test(operations, what_is_not_in_the_table_has_no_name)
{
	struct uuid svcctl = uuid_of(UUID_SVCCTL), zero = { { 0 } }, last;

	memset(last.bytes, 0xFF, sizeof(last.bytes));
	cr_expect_str_eq(operations_find(&svcctl, 45)->name, "CreateServiceWOW64W");
	cr_expect_null(operations_find(&svcctl, 63));
	cr_expect_null(operations_find(&zero, 0));
	cr_expect_null(operations_find(&last, 0));
	cr_expect_null(operations_interface(&zero));
	cr_expect_null(operations_interface(&last));
}

Test(interfaces, every_row_and_decoder_has_a_name_in_the_table)
{
	size_t n;
	const struct interface *all = interfaces_all(&n);

	for (size_t i = 0; i < n; i++) {
		cr_expect_not_null(operations_interface(&all[i].uuid), "row %zu", i);
		cr_expect_eq(interfaces_find(&all[i].uuid), &all[i]);
		for (const struct decoder *d = all[i].decoders; d->in != NULL; d++) {
			cr_expect_not_null(operations_find(&all[i].uuid, d->opnum), "row %zu opnum %u", i, d->opnum);
			cr_expect_eq(interfaces_decoder(&all[i], d->opnum), d, "row %zu opnum %u is twice", i, d->opnum);
		}
	}
}

Test(interfaces, a_pipe_may_have_two)
{
	const struct interface *first = interfaces_of_pipe("atsvc", NULL);
	const struct interface *second = interfaces_of_pipe("atsvc", first);

	cr_assert_not_null(second);
	cr_expect_str_eq(operations_interface(&first->uuid), "atsvc");
	cr_expect_str_eq(operations_interface(&second->uuid), "ITaskSchedulerService");
	cr_expect_null(interfaces_of_pipe("atsvc", second));
	cr_expect_null(interfaces_of_pipe("nosuchpipe", NULL));
}
