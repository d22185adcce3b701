# pack.awk: the messages of proto/events.proto as functions of C for proto/pack.c, one a message, which writes its fields from the
# last tag to the first, and a table of them by descriptor. Only what events.proto uses is known; anything else stops the build.

function fail(why) {
	printf "%s: %s\n", FILENAME, why > "/dev/stderr"
	failed = 1
	exit 1
}

# protoc-c's name of message ${name} in its functions and constants: SmbCreate is smb_create.
function snake(name,    out, i, c) {
	for (i = 1; i <= length(name); i++) {
		c = substr(name, i, 1)
		out = out (i > 1 && c ~ /[A-Z]/ ? "_" : "") tolower(c)
	}
	return out
}

# What writes ${value} of ${type} under tag ${number} in front of what is written.
function put(type, number, value,    tag) {
	if (type in varint)
		return sprintf("put_number(out, room, TAG(%d, WIRE_VARINT), %s%s)", number, varint[type], value)
	if (type in other)
		return sprintf("%s(out, room, TAG(%d, %s), %s)", other[type], number, wire[type], value)
	if (type in is_message)
		return sprintf("put_head(out, put_%s(out, room, %s), room, TAG(%d, WIRE_BYTES))", type, value, number)
	fail("fields of type " type " are not known")
}

# A value that is a pointer says by itself whether it is there.
function is_pointer(type) {
	return type == "string" || type in is_message
}

function put_field(number,    name, type, condition) {
	name = "m->" field_name[number]
	type = field_type[number]
	if (field_label[number] == "repeated") {
		printf "\tfor (size_t i = m->n_%s; i-- > 0;)\n\t\troom = %s;\n", field_name[number], put(type, number, name "[i]")
		return
	}
	condition = is_pointer(type) ? name " != NULL" : "m->has_" field_name[number]
	if (field_label[number] == "optional")
		printf "\tif (%s)\n\t\troom = %s;\n", condition, put(type, number, name)
	else
		printf "\troom = %s;\n", put(type, number, name)
}

# The members of a oneof stand in a row, as their tags do; only one of them is there.
function put_oneof(    i, number) {
	printf "\tswitch (m->%s_case) {\n", oneof
	for (i = n_members; i > 0; i--) {
		number = member[i]
		if (!is_pointer(field_type[number]))
			fail("members of a oneof are messages or strings")
		printf "\tcase %d:\n\t\tif (m->%s != NULL)\n\t\t\troom = %s;\n\t\tbreak;\n", number, field_name[number],
			put(field_type[number], number, "m->" field_name[number])
	}
	print "\tdefault:\n\t\tbreak;\n\t}"
}

function put_message(name,    number, n_left) {
	printf "static ptrdiff_t put_%s(uint8_t *out, ptrdiff_t room, const void *message)\n{\n", name
	printf "\tconst Ev__%s *m = message;\n\n\tif (m == NULL)\n\t\treturn room;\n", name
	n_left = n_members
	for (number = last; number > 0; number--) {
		if (!(number in field_name))
			continue
		if (n_left > 0 && n_left < n_members && field_label[number] != "oneof")
			fail(name ": tag " number " stands between those of a oneof")
		if (field_label[number] != "oneof")
			put_field(number)
		else if (n_left-- == n_members)
			put_oneof()
	}
	print "\treturn room;\n}\n"
}

# The field whose label is token ${at}, or in a oneof its type: the number of the token behind it.
function read_field(at, label) {
	if (label != "oneof")
		at++
	number = token[at + 3] + 0
	if (token[at + 2] != "=" || token[at + 4] != ";" || number < 1 || number > 2047)
		fail("not a field: " token[at] " " token[at + 1])
	field_label[number] = label
	field_type[number] = token[at]
	field_name[number] = token[at + 1]
	last = number > last ? number : last
	if (label == "oneof")
		member[++n_members] = number
	return at + 5
}

function read_oneof(at) {
	if (n_members > 0)
		fail("one oneof a message is known")
	oneof = token[at + 1]
	for (at += 3; token[at] != "}";)
		at = read_field(at, "oneof")
	return at + 1
}

function sort_members(    i, j, kept) {
	for (i = 2; i <= n_members; i++)
		for (j = i; j > 1 && member[j - 1] > member[j]; j--) {
			kept = member[j]
			member[j] = member[j - 1]
			member[j - 1] = kept
		}
}

function read_message(at,    name) {
	name = token[at + 1]
	split("", field_name)
	split("", field_label)
	split("", field_type)
	n_members = last = 0
	for (at += 3; token[at] != "}";) {
		if (token[at] == "oneof")
			at = read_oneof(at)
		else if (token[at] ~ /^(required|optional|repeated)$/)
			at = read_field(at, token[at])
		else
			fail(name ": " token[at] " where a field should stand")
	}
	sort_members()
	put_message(name)
	return at + 1
}

BEGIN {
	varint["int32"] = "(uint64_t)(int64_t)"
	varint["uint32"] = varint["uint64"] = ""
	varint["bool"] = "0 != "
	other["fixed32"] = "put_fixed32"
	other["fixed64"] = "put_fixed64"
	other["sfixed64"] = "put_fixed64"
	other["string"] = "put_text"
	other["bytes"] = "put_binary"
	wire["fixed32"] = "WIRE_32"
	wire["fixed64"] = wire["sfixed64"] = "WIRE_64"
	wire["string"] = wire["bytes"] = "WIRE_BYTES"
}

{
	sub(/\/\/.*/, "")
	gsub(/[{}=;]/, " & ")
	for (i = 1; i <= NF; i++)
		token[++n_tokens] = $i
}

END {
	if (failed)
		exit 1
	print "/* generated from proto/events.proto */"
	for (i = 1; i < n_tokens; i++)
		if (token[i] == "message") {
			is_message[token[i + 1]] = ++n_messages
			message[n_messages] = token[i + 1]
			printf "static ptrdiff_t put_%s(uint8_t *out, ptrdiff_t room, const void *message);\n", token[i + 1]
		}
	print ""
	for (i = 1; i < n_tokens;)
		i = token[i] == "message" ? read_message(i) : i + 1
	print "static const struct packer packers[] = {"
	for (i = 1; i <= n_messages; i++)
		printf "\t{ &ev__%s__descriptor, put_%s },\n", snake(message[i]), message[i]
	print "};"
}
