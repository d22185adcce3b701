#include "proto/curve.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char secret[64], public_file[80];
static char why[512];

static void make_place(void)
{
	snprintf(secret, sizeof secret, "%s", scratch_path("s.key"));
	snprintf(public_file, sizeof public_file, "%s.pub", secret);
}

TestSuite(curve, .init = make_place);

static struct curve_pair saved(void)
{
	struct curve_pair pair;
	cr_assert_eq(curve_generate(&pair, why, sizeof why), 0);
	cr_assert_eq(curve_save(secret, &pair, why, sizeof why), 0, "%s", why);
	return pair;
}

static void write_file(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

Test(curve, what_was_saved_loads_with_its_public_key)
{
	struct curve_pair pair = saved(), read;
	cr_assert_eq(curve_load(secret, &read, why, sizeof why), 0, "%s", why);
	cr_assert_str_eq(read.secret_key, pair.secret_key);
	cr_assert_str_eq(read.public_key, pair.public_key);
	char key[CURVE_Z85_CHARS + 1];
	cr_assert_eq(curve_load_public(public_file, key, why, sizeof why), 0, "%s", why);
	cr_assert_str_eq(key, pair.public_key);
	cr_assert_eq(curve_load_public(pair.public_key, key, why, sizeof why), 0);
	cr_assert_str_eq(key, pair.public_key);
}

Test(curve, the_secret_file_is_for_its_owner_alone_whatever_the_umask)
{
	umask(0);
	saved();
	struct stat st;
	stat(secret, &st);
	cr_assert_eq(st.st_mode & 0777, 0600);
	stat(public_file, &st);
	cr_assert_eq(st.st_mode & 0777, 0644);
}

Test(curve, a_key_file_is_never_overwritten)
{
	struct curve_pair pair = saved(), other;
	curve_generate(&other, why, sizeof why);
	cr_assert_eq(curve_save(secret, &other, why, sizeof why), -1);
	cr_assert(strstr(why, "exists already"));
	struct curve_pair read;
	cr_assert_eq(curve_load(secret, &read, why, sizeof why), 0);
	cr_assert_str_eq(read.secret_key, pair.secret_key);
}

Test(curve, a_secret_that_others_can_read_is_refused_with_the_command_that_mends_it)
{
	saved();
	static const mode_t wide[] = { 0640, 0604, 0620, 0601 };
	for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
		chmod(secret, wide[i]);
		struct curve_pair read;
		cr_expect_eq(curve_load(secret, &read, why, sizeof why), -1);
		char command[128];
		snprintf(command, sizeof command, "chmod 600 %s", secret);
		cr_expect(strstr(why, command), "%s", why);
	}
}

Test(curve, a_missing_file_is_named)
{
	struct curve_pair read;
	cr_assert_eq(curve_load(secret, &read, why, sizeof why), -1);
	cr_assert(strstr(why, secret));
	cr_assert(strstr(why, "No such file"));
}

Test(curve, anything_but_the_one_line_is_refused)
{
	static const char *const lines[] = {
		"",
		"ashiato-secret-key ",
		"ashiato-secret-key short",
		"ashiato-public-key JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6",
		"ashiato-secret-key JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh",
		"ashiato-secret-key JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6x",
		"ashiato-secret-key JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh\"",
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct curve_pair read;
		write_file(secret, 0600, lines[i]);
		cr_expect_eq(curve_load(secret, &read, why, sizeof why), -1, "%s", lines[i]);
	}
	write_file(secret, 0600, "ashiato-secret-key JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6");
	struct curve_pair read;
	cr_assert_eq(curve_load(secret, &read, why, sizeof why), 0, "the line end may be missing: %s", why);
}

Test(curve, forty_characters_of_the_alphabet_are_a_key)
{
	cr_assert(curve_is_key("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"));
	cr_assert_not(curve_is_key("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh"));
	cr_assert_not(curve_is_key("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6J"));
	cr_assert_not(curve_is_key("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh "));
	cr_assert_not(curve_is_key("########################################"), "a group above 2^32 - 1");
}

Test(curve, a_file_whose_path_could_be_a_key_is_read)
{
	struct curve_pair pair = saved();
	char path[CURVE_Z85_CHARS + 1], line[128], key[CURVE_Z85_CHARS + 1];
	int n = snprintf(path, sizeof path, "%s/", scratch_dir());
	memset(path + n, 'k', (size_t)(CURVE_Z85_CHARS - n));	/* a name that makes the path as long as a key */
	path[CURVE_Z85_CHARS] = '\0';
	cr_assert(curve_is_key(path), "%s", path);
	snprintf(line, sizeof line, "ashiato-public-key %s\n", pair.public_key);
	write_file(path, 0644, line);
	int result = curve_load_public(path, key, why, sizeof why);
	unlink(path);
	cr_assert_eq(result, 0, "%s", why);
	cr_assert_str_eq(key, pair.public_key);
}

Test(curve, a_wiped_pair_holds_nothing)
{
	struct curve_pair pair = saved();
	curve_wipe(&pair);
	static const struct curve_pair nothing;
	cr_assert_eq(memcmp(&pair, &nothing, sizeof pair), 0);
}
