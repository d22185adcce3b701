#include "sensor/file/content.h"
#include "sensor/core/arena.h"
#include "tests/lib/stage.h"

#include <criterion/criterion.h>

enum { SECTOR = 512, FAR_SECTOR = 2 * CONTENT_MAX_BYTES / SECTOR, CLASS_AT = 80 };

static uint8_t file[(FAR_SECTOR + 2) * SECTOR];
static struct stage *stage;
static Ev__SmbTransfer body;

static void set_up(void)
{
	stage = stage_new(0);
	ev__smb_transfer__init(&body);
}

static void tear_down(void)
{
	stage_free(stage);
}

TestSuite(content, .init = set_up, .fini = tear_down);

/* A compound file of an installer's class, whose directory is the sector ${sector}. */
static void write_package(size_t sector)
{
	static const uint8_t magic[] = { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 };
	static const uint8_t class[] = { 0x84, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46 };

	memset(file, 0, sizeof(file));
	memcpy(file, magic, sizeof(magic));
	file[30] = 9;
	file[48] = (uint8_t)(sector - 1);
	file[49] = (uint8_t)((sector - 1) >> 8);
	memcpy(file + sector * SECTOR + CLASS_AT, class, sizeof(class));
}

/* What is said of the first ${n} bytes under the name ${path}, coming ${piece} at a time. */
static const Ev__SmbTransfer *said_of(size_t n, size_t piece, const char *path)
{
	struct content c = { .n = 0 };

	for (size_t at = 0; at < n; at += piece)
		content_feed(&c, &stage->env, at, view_first(view_of(file + at, n - at), piece));
	body.path = text_lend(path);
	content_report(&c, &stage->env, &body);
	content_fini(&c, &stage->env);
	return &body;
}

Test(content, an_installer_s_package_is_told_from_other_compound_files_by_its_class)
{
	write_package(6);
	cr_expect_str_eq(said_of(8192, 700, "x.exe")->kind, "msi");
	cr_expect(body.extension_mismatch, "under the name x.exe");
	file[6 * SECTOR + CLASS_AT]++;
	cr_expect_str_eq(said_of(8192, 700, "x.exe")->kind, "ole");
}

Test(content, the_class_is_seen_however_far_behind_it_stands_and_in_any_cut)
{
	static const size_t pieces[] = { 1, 7, 700, 1021, 65536, sizeof(file) };

	write_package(FAR_SECTOR);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		cr_expect_str_eq(said_of(sizeof(file), pieces[i], "x.msi")->kind, "msi", "%zu at a time", pieces[i]);
}

Test(content, without_the_class_nothing_is_said_of_the_name)
{
	write_package(FAR_SECTOR);
	cr_expect_str_eq(said_of(FAR_SECTOR * SECTOR + CLASS_AT + 15, 65536, "x.msi")->kind, "ole");
	cr_expect_not(body.has_extension_mismatch);
	said_of(FAR_SECTOR * SECTOR + CLASS_AT + 16, 65536, "x.msi");
	cr_expect(body.has_extension_mismatch);
	cr_expect_not(body.extension_mismatch);
}

Test(content, a_head_that_points_nowhere_has_no_class)
{
	write_package(6);
	file[30] = 13;
	cr_expect_str_eq(said_of(8192, 700, "x.msi")->kind, "ole");
	file[30] = 9;
	memset(file + 48, 0xFF, 4);
	cr_expect_str_eq(said_of(8192, 700, "x.msi")->kind, "ole");
}
