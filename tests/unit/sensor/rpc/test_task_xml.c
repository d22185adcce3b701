#include "sensor/rpc/task_xml.h"
#include "tests/lib/ladder.h"
#include "tests/lib/stage.h"
#include "tests/lib/wire.h"

#include <criterion/criterion.h>
#include <string.h>

/* The text of the first Command in ${xml}. */
static void expect_command(const char *xml, const char *expected)
{
	static struct wire w;
	struct stage *s = stage_new(0);
	struct task_xml task;
	char *text;

	w.n = 0;
	wire_utf16(&w, xml);
	task = task_xml_of(wire_view(&w), false);
	text = task_xml_text(&task, &s->arena, "Command");
	if (expected != NULL) {
		cr_assert_not_null(text, "%s", xml);
		cr_expect_str_eq(text, expected, "%s", xml);
	} else {
		cr_expect_null(text, "%s", xml);
	}
	stage_free(s);
}

Test(task_xml, an_element_is_found_by_its_whole_name)
{
	expect_command("<Command>a b</Command>", "a b");
	expect_command("<Command\n id='x'>a</Command>", "a");
	expect_command("<Commander>no</Commander><Command>yes</Command>", "yes");
	expect_command("<Commander>no</Commander>", NULL);
	expect_command("<Command/><Command>yes</Command>", "yes");
	expect_command("Command>no</Command>", NULL);
	expect_command("<Command>no", NULL);
	expect_command("<Command", NULL);
	expect_command("", NULL);
}

Test(task_xml, what_stands_in_a_comment_is_no_command)
{
	expect_command("<!-- <Command>no</Command> --><Command>yes</Command>", "yes");
	expect_command("<!-- <Command>no</Command>", NULL);
	expect_command("<?x <Command>no</Command> ?><Command>yes</Command>", "yes");
	expect_command("<x><![CDATA[<Command>no</Command>]]></x><Command>yes</Command>", "yes");
}

Test(task_xml, markup_inside_the_text_does_not_hide_it)
{
	expect_command("<Command>c<!-- </Command> -->md</Command>", "cmd");
	expect_command("<Command><![CDATA[a & b > </Command>]]></Command>", "a & b > </Command>");
	expect_command("<Command>x<![CDATA[&lt;]]>y</Command>", "x&lt;y");
}

Test(task_xml, references_are_what_they_stand_for)
{
	expect_command("<Command>&amp;&lt;&gt;&quot;&apos;</Command>", "&<>\"'");
	expect_command("<Command>&#99;&#x6d;&#x64;</Command>", "cmd");
	expect_command("<Command>&#x20AC;&#xe9;&#x1F600;</Command>", "\xe2\x82\xac\xc3\xa9\xf0\x9f\x98\x80");
	expect_command("<Command>&nosuch; &#0; &#xD800; &#x110000; &#; &#x; &#65 &</Command>",
		       "&nosuch; &#0; &#xD800; &#x110000; &#; &#x; &#65 &");
	expect_command("<Command>&amp;lt;</Command>", "&lt;");
}

Test(task_xml, elements_are_taken_one_after_the_other)
{
	static struct wire w;
	struct stage *s = stage_new(0);
	struct task_xml task;
	struct view content;

	wire_utf16(&w, "<Exec>1</Exec><Exec>2</Exec>");
	task = task_xml_of(wire_view(&w), false);
	cr_assert(task_xml_element(&task, "Exec", &content));
	cr_assert(task_xml_element(&task, "Exec", &content));
	cr_expect_eq(content.n, 2);
	cr_expect_eq(content.bytes[0], '2');
	cr_expect_not(task_xml_element(&task, "Exec", &content));
	stage_free(s);
}

static void each(struct view prefix, void *ctx)
{
	struct stage *s = stage_new(0);
	struct task_xml task = task_xml_of(prefix, false);

	(void)ctx;
	while (task_xml_text(&task, &s->arena, "Command") != NULL)
		;
	stage_free(s);
}

Test(task_xml, no_prefix_is_read_past)
{
	static struct wire w;

	wire_utf16(&w, "<?a?><!-- b --><Command>x&#65;<![CDATA[y]]><!-- z --></Command><Command>w</Command>");
	ladder(w.bytes, w.n, each, NULL);
}
