#include "collector/detect/glob.h"

#include <criterion/criterion.h>

Test(glob, a_pattern_without_wildcards_is_the_text_in_any_case)
{
	cr_assert(glob_matches("LAB\\Admin", "lab\\ADMIN"));
	cr_assert(!glob_matches("LAB\\Admin", "LAB\\Admin2"));
	cr_assert(!glob_matches("LAB\\Admin2", "LAB\\Admin"));
	cr_assert(glob_matches("", ""));
	cr_assert(!glob_matches("", "a"));
}

Test(glob, a_star_stands_for_any_run_of_characters)
{
	cr_assert(glob_matches("*", ""));
	cr_assert(glob_matches("svcctl.*", "svcctl.create_service"));
	cr_assert(glob_matches("*.refused", "smb.tree.admin.refused"));
	cr_assert(glob_matches("a*b*c", "aXXbYYbZZc"));
	cr_assert(!glob_matches("a*b*c", "aXXbYYbZZ"));
	cr_assert(glob_matches("**a**", "xa"));
}

Test(glob, a_question_mark_stands_for_exactly_one_character_of_any_length)
{
	cr_assert(glob_matches("?", "ü"));
	cr_assert(glob_matches("adm?n", "admin"));
	cr_assert(!glob_matches("adm?n", "admn"));
	cr_assert(!glob_matches("?", ""));
}

Test(glob, case_is_folded_beyond_ascii)
{
	cr_assert(glob_equal("MÜLLER", "müller"));
	cr_assert(glob_equal("ŽIŽEK", "žižek"));
	cr_assert(glob_equal("АДМИН", "админ"));
	cr_assert(glob_equal("ΑΔΜΙΝ", "αδμιν"));
	cr_assert(!glob_equal("÷", "×"));
	cr_assert(!glob_equal("müller", "muller"));
}

Test(glob, bytes_that_are_no_utf8_match_only_themselves)
{
	cr_assert(glob_matches("\xff", "\xff"));
	cr_assert(!glob_matches("\xff", "\xfe"));
	cr_assert(glob_matches("*\xc3", "a\xc3"));
}

Test(glob, many_stars_do_not_take_for_ever)
{
	char pattern[201], text[2001];
	for (int i = 0; i < 200; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	pattern[200] = '\0';
	for (int i = 0; i < 2000; i++)
		text[i] = 'a';
	text[2000] = '\0';
	text[1999] = 'b';
	cr_assert(!glob_matches(pattern, text));
}
