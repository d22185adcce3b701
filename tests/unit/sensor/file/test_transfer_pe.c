/* What an executable that is written says about itself. */
#include "sensor/file/content.h"
#include "sensor/file/transfer.h"
#include "tests/lib/pe_kit.h"
#include "tests/lib/stage.h"

#include <criterion/criterion.h>
#include <string.h>

struct work {
	struct stage *stage;
	struct transfer *transfer;
};

static struct work begin(void)
{
	struct work w = { .stage = stage_new(0) };
	const struct file_place place = { .parties = &w.stage->parties, .wants_hash = true };

	w.transfer = transfer_ops.open(&w.stage->env, &place, 100);
	return w;
}

/* Close it; its event. */
static const Ev__SmbTransfer *end(struct work *w)
{
	stage_packet(w->stage);
	transfer_ops.close(w->transfer, "\\\\H\\ADMIN$", "x.exe", "close", 300);
	cr_assert_eq(w->stage->n_events, 1);
	return w->stage->events[0]->smb_transfer;
}

/* All of ${bytes} written in pieces of ${step}; the event. */
static const Ev__SmbTransfer *moved(struct work *w, struct view bytes, size_t step)
{
	*w = begin();
	for (size_t at = 0; at < bytes.n; at += step)
		transfer_ops.data(w->transfer, true, at, view_first(view_after(bytes, at), step), 100);
	return end(w);
}

Test(transfer_pe, an_executable_is_described_however_it_is_cut)
{
	static const size_t steps[] = { 1, 500, 1024, PE_KIT_BYTES };
	static struct wire file;

	pe_kit_write(&file, PE_KIT_64);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct work w;
		const Ev__SmbTransfer *t = moved(&w, wire_view(&file), steps[i]);

		cr_assert_not_null(t->pe);
		cr_expect_str_eq(t->kind, "pe32+");
		cr_expect_str_eq(t->promised, "program");
		cr_expect_not(t->extension_mismatch);
		cr_expect_str_eq(t->pe->form, "program");
		cr_expect_str_eq(t->pe->machine, "amd64");
		cr_expect_str_eq(t->pe->original_name, pe_kit_original_name);
		cr_expect(t->pe->has_imphash);
		cr_expect(t->pe->complete);
		cr_expect_eq(t->pe->compile_time, INT64_C(1400000000) * 1000000000);
		stage_free(w.stage);
	}
}

Test(transfer_pe, what_lies_behind_the_kept_beginning_is_said_to_be_incomplete)
{
	static uint8_t file[CONTENT_MAX_BYTES + 4096];
	static struct wire start;
	const Ev__SmbTransfer *t;
	struct work w;

	pe_kit_write(&start, PE_KIT_32);
	wire_set_u32(&start, 0x178 + 8, 0x100000);	/* the section's sizes, so that the resources may lie far behind */
	wire_set_u32(&start, 0x178 + 16, 0x100000);
	wire_set_u32(&start, PE_KIT_OPTIONAL_AT + 112, 0x1000 + CONTENT_MAX_BYTES);
	memcpy(file, start.bytes, start.n);
	t = moved(&w, view_of(file, sizeof(file)), 65536);
	cr_assert_not_null(t->pe);
	cr_expect_not(t->pe->complete);
	cr_expect(t->pe->has_imphash);
	cr_expect_null(t->pe->original_name);
	cr_expect(t->has_sha256);
	stage_free(w.stage);
}

Test(transfer_pe, a_header_rewritten_is_described_as_it_came_first_and_incomplete)
{
	static struct wire file;
	struct work w = begin();
	const Ev__SmbTransfer *t;

	pe_kit_write(&file, PE_KIT_32);
	transfer_ops.data(w.transfer, true, 0, wire_view(&file), 100);
	transfer_ops.data(w.transfer, true, PE_KIT_SIGNATURE_AT + 4, view_of("\x64\xAA", 2), 100);
	t = end(&w);
	cr_expect_str_eq(t->pe->machine, "i386");
	cr_expect_not(t->pe->complete);
	cr_expect_not(t->has_sha256);
	stage_free(w.stage);
}

Test(transfer_pe, an_executable_written_backwards_is_described_too)
{
	static struct wire file;
	struct work w = begin();
	const Ev__SmbTransfer *t;
	size_t step = 256;

	pe_kit_write(&file, PE_KIT_64);
	for (size_t at = (file.n - 1) / step * step;; at -= step) {
		transfer_ops.data(w.transfer, true, at, view_first(view_after(wire_view(&file), at), step), 100);
		if (at == 0)
			break;
	}
	t = end(&w);
	cr_assert_not_null(t->pe);
	cr_expect_str_eq(t->pe->original_name, pe_kit_original_name);
	cr_expect(t->pe->complete);
	cr_expect(t->pe->has_imphash);
	cr_expect(t->has_sha256);
	stage_free(w.stage);
}
